import { timeOf, type When } from '@portico/endpoint';
import type { SessionStore } from './ports.js';

/** Why, when, and which session is left. */
export interface EndingOfSessions {
  readonly reason: string;
  readonly when: When;
  readonly except?: string;
}

/**
 * Ends the sessions of a person, each with what hung on it; answers their names.
 * @see OpenID Connect Back-Channel Logout 1.0 §2.7
 */
export const endSessionsOf = async (
  subject: string,
  { reason, when, except }: EndingOfSessions,
  { sessions }: { readonly sessions: Pick<SessionStore, 'ofSubject' | 'end'> },
): Promise<string[]> => {
  const ended: string[] = [];
  // A list is bounded, what a person has is not.
  for (;;) {
    const others = (await sessions.ofSubject(subject, timeOf(when))).filter(({ sid }) => sid !== except);
    if (others.length === 0) return ended;
    for (const { sid } of others) if (await sessions.end(sid, reason, when)) ended.push(sid);
  }
};
