import type { Caller, Params } from '@portico/endpoint';

/** A person has proved who they are. */
export interface Authenticated {
  readonly subject: string;
  /** @see RFC 8176 §2 */
  readonly amr: readonly string[];
}

/** They have not; the same answer for an unknown person as for a wrong proof. */
export interface NotAuthenticated {
  readonly fault: 'wrong_credentials' | 'too_many_attempts';
  readonly retryAfterSeconds?: number;
}

/** One way to prove who one is; a new one is one file and one line in the list. */
export interface Authenticator {
  readonly name: string;
  authenticate(params: Params, by: Caller): Promise<Authenticated | NotAuthenticated>;
}

/** Takes note of what came of an attempt; it is told neither of whom nor from where. */
export type Tally = (outcome: 'signed_in' | NotAuthenticated['fault']) => void;

/** Whoever counts attempts. */
export interface TallyNeeds {
  readonly tally?: Tally;
}

/** The same authenticator; what comes of each attempt is noted. */
export const tallied = (authenticator: Authenticator, { tally }: TallyNeeds): Authenticator => ({
  ...authenticator,
  authenticate: async (params, by) => {
    const outcome = await authenticator.authenticate(params, by);
    tally?.('fault' in outcome ? outcome.fault : 'signed_in');
    return outcome;
  },
});
