import {
  callerOf,
  randomSecret,
  sha256,
  type Clock,
  type Cookie,
  type EndpointRequest,
  type EpochSeconds,
} from '@portico/endpoint';
import { cookieOf, type CookiePolicy } from './cookies.js';
import { whereOf } from './browser-in-words.js';
import type { SessionStore } from './ports.js';
import type { Participant, Session } from './session.js';
import { signedInCookies } from './user-agent-state.js';

/** What holds for every session. */
export interface SessionPolicy {
  readonly sessionLifetimeSeconds: number;
  /** 0 where a session may rest as long as it lasts. */
  readonly sessionIdleSeconds: number;
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
 * Who took part in the session of the browser that sent the request, the latest first; also in one that is over, as long as
 * the browser names it and it is kept.
 * @see OpenID Connect RP-Initiated Logout 1.0 §3 (other means of confirming the legitimacy of the target)
 */
export const participantsAt = async (
  request: EndpointRequest,
  { sessions, cookies }: Pick<SessionNeeds, 'sessions' | 'cookies'>,
): Promise<Participant[]> => {
  const secret = cookieOf(request, 'session', cookies);
  return secret === undefined ? [] : sessions.participants({ secretHash: sha256(secret) });
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
  const by = callerOf(request);
  const before = await currentSession(request, needs);
  const secret = randomSecret();
  const fresh = { ...who, ...whereOf(request), ...limitsAt(now, policy), authTime: now, lastUsedAt: now };
  const cookies = signedInCookies(secret, { ...needs.cookies, maxAgeSeconds: sessionLifetimeSeconds });

  if (before?.subject === who.subject) {
    const session = { ...fresh, sid: before.sid, startedAt: before.startedAt };
    if (await sessions.renew(session, sha256(secret), by)) return { session, cookies };
  } else if (before) {
    await sessions.end(before.sid, 'another_person_signed_in', { at: now, by });
  }
  const session = { ...fresh, sid: randomSecret(), startedAt: now };
  await sessions.start(session, sha256(secret), by);
  return { session, cookies };
};

const limitsAt = (
  now: EpochSeconds,
  { sessionLifetimeSeconds, sessionIdleSeconds: idleSeconds }: SessionPolicy,
): Pick<Session, 'expiresAt' | 'idleSeconds'> => ({
  expiresAt: now + sessionLifetimeSeconds,
  ...(idleSeconds === 0 ? {} : { idleSeconds }),
});
