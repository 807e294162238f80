import { randomSecret, sha256, type Clock, type Cookie, type EndpointRequest } from '@portico/endpoint';
import { cookie, cookieOf, type CookiePolicy } from './cookies.js';
import type { SessionStore } from './ports.js';
import type { Session } from './session.js';

/** What holds for every session. */
export interface SessionPolicy {
  readonly sessionLifetimeSeconds: number;
}

/** What finding and starting sessions takes. */
export interface SessionNeeds {
  readonly sessions: SessionStore;
  readonly clock: Clock;
  readonly cookies: CookiePolicy;
  readonly policy: SessionPolicy;
}

/** The live session of the browser that sent the request. */
export const currentSession = async (
  request: EndpointRequest,
  { sessions, clock, cookies }: Pick<SessionNeeds, 'sessions' | 'clock' | 'cookies'>,
): Promise<Session | undefined> => {
  const secret = cookieOf(request, 'session', cookies);
  return secret === undefined ? undefined : sessions.find(sha256(secret), clock());
};

/**
 * The person has proved who they are: their session goes on under a new secret, so that one planted or seen before the
 * sign-in is worth nothing; a session of somebody else ends.
 */
export const startSession = async (
  request: EndpointRequest,
  who: { subject: string; amr: readonly string[] },
  needs: SessionNeeds,
): Promise<{ session: Session; cookies: Cookie[] }> => {
  const { sessions, clock, policy } = needs;
  const { sessionLifetimeSeconds } = policy;
  const now = clock();
  const before = await currentSession(request, needs);
  const secret = randomSecret();
  const fresh = { ...who, authTime: now, expiresAt: now + sessionLifetimeSeconds };
  const cookies = [cookie('session', secret, { ...needs.cookies, maxAgeSeconds: sessionLifetimeSeconds })];

  if (before?.subject === who.subject) {
    const session = { ...before, ...fresh };
    if (await sessions.renew(session, sha256(secret))) return { session, cookies };
  } else if (before) {
    await sessions.end(before.sid, 'another_person_signed_in', now);
  }
  const session = { ...fresh, sid: randomSecret(), startedAt: now };
  await sessions.start(session, sha256(secret));
  return { session, cookies };
};
