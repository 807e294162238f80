import type { Params } from '@portico/endpoint';

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
  authenticate(params: Params, ip: string): Promise<Authenticated | NotAuthenticated>;
}
