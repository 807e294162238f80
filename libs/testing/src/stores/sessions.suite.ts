import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { aCode, anAuthorization, aSession, atOnce, hostile, now } from './fixtures.js';
import type { OpenStores } from './stores.js';

export const sessionStoreSuite = (stores: () => OpenStores): void => {
  const started = async (more = {}) => {
    const [session, secret] = [aSession(more), randomUUID()];
    await stores().sessions.start(session, secret);
    return { session, secret };
  };
  const begin = async (sid: string, scope = ['openid']) => {
    const authorization = anAuthorization({ sid, scope });
    const code = aCode(authorization);
    await stores().tokens.begin(authorization, [code]);
    return { id: authorization.id, clientId: authorization.clientId, hash: code.hash };
  };
  const holds = async (hash: string) => (await stores().tokens.find(hash))?.authorization.revokedAt === undefined;
  const factsAbout = async (ids: readonly string[]) =>
    (await stores().facts()).filter(({ data }) =>
      ids.some(
        (id) => ('sid' in data && data.sid === id) || ('authorizationId' in data && data.authorizationId === id),
      ),
    );

  test('is found by its secret until it expires', async () => {
    const { session, secret } = await started({ amr: ['pwd', 'otp'] });
    expect(await stores().sessions.find(secret, now)).toEqual(session);
    expect(await stores().sessions.find(secret, session.expiresAt - 1)).toEqual(session);
    expect(await stores().sessions.find(secret, session.expiresAt)).toBeUndefined();
    expect(await stores().sessions.find(session.sid, now)).toBeUndefined();
  });

  test.each(hostile)('what is not there is not found: %j', async (text) => {
    expect(await stores().sessions.find(text, now)).toBeUndefined();
    expect(await stores().sessions.end(text, 'test', now)).toBe(false);
    expect(await stores().sessions.participants(text)).toEqual([]);
    expect(await stores().sessions.renew(aSession({ sid: text }), randomUUID())).toBe(false);
  });

  test('a secret or a sid that is taken starts nothing', async () => {
    const { session, secret } = await started();
    await expect(stores().sessions.start(aSession(), secret)).rejects.toThrow();
    await expect(stores().sessions.start(session, randomUUID())).rejects.toThrow();
    expect(await stores().sessions.find(secret, now)).toEqual(session);
  });

  test('signing in again: the same session, a new secret, a new auth_time', async () => {
    const { session, secret } = await started();
    const again = { ...session, authTime: now + 50, amr: ['otp'], expiresAt: now + 2000 };
    expect(await stores().sessions.renew(again, 'new-' + secret)).toBe(true);
    expect(await stores().sessions.find(secret, now + 50)).toBeUndefined();
    expect(await stores().sessions.find('new-' + secret, now + 1500)).toEqual(again);
  });

  test('a session that has ended, has expired or is another person’s is not renewed', async () => {
    const { session, secret } = await started();
    expect(await stores().sessions.renew({ ...session, subject: 'another' }, randomUUID())).toBe(false);
    expect(await stores().sessions.renew({ ...session, authTime: session.expiresAt }, randomUUID())).toBe(false);
    await stores().sessions.end(session.sid, 'test', now);
    expect(await stores().sessions.renew({ ...session, authTime: now + 1 }, randomUUID())).toBe(false);
    expect(await stores().sessions.find(secret, now)).toBeUndefined();
  });

  test('of 20 that end a session at once one does, and it is told once', async () => {
    const { session, secret } = await started();
    const ended = await atOnce(20, () => stores().sessions.end(session.sid, 'logout', now + 3));
    expect(ended.filter(Boolean)).toHaveLength(1);
    expect(await stores().sessions.find(secret, now)).toBeUndefined();
    const { sid, subject } = session;
    expect(await factsAbout([sid])).toEqual([
      { event: 'sessionEnded', data: { sid, subject, reason: 'logout', at: now + 3 } },
    ]);
  });

  test('OpenID Connect Back-Channel Logout §2.7: what hung on it is revoked, but not offline access', async () => {
    const { session } = await started();
    const bound = [await begin(session.sid), await begin(session.sid)];
    const offline = await begin(session.sid, ['openid', 'offline_access']);
    const elsewhere = await begin((await started()).session.sid);
    await stores().sessions.end(session.sid, 'logout', now + 3);
    expect(await Promise.all(bound.map(({ hash }) => holds(hash)))).toEqual([false, false]);
    expect(await holds(offline.hash)).toBe(true);
    expect(await holds(elsewhere.hash)).toBe(true);
    const facts = await factsAbout([session.sid, ...[...bound, offline, elsewhere].map(({ id }) => id)]);
    expect(facts[0]?.event).toBe('sessionEnded');
    const revoked = bound.map(({ id: authorizationId, clientId }) => ({
      event: 'authorizationRevoked',
      data: { authorizationId, clientId, reason: 'session_ended', at: now + 3 },
    }));
    expect(facts.slice(1)).toHaveLength(2);
    expect(facts.slice(1)).toEqual(expect.arrayContaining(revoked));
  });

  test('what begins in a session that has ended is born revoked, and told', async () => {
    const { session } = await started();
    await stores().sessions.end(session.sid, 'logout', now);
    const late = await begin(session.sid);
    expect(await holds(late.hash)).toBe(false);
    expect(await stores().tokens.exchange(late.hash, now, [])).toBe(false);
    expect((await factsAbout([late.id])).map(({ event }) => event)).toEqual(['authorizationRevoked']);
    expect(await holds((await begin(session.sid, ['openid', 'offline_access'])).hash)).toBe(true);
  });

  test('who takes part: each client once, the latest first, and nobody who comes when it is over', async () => {
    const { session } = await started();
    const join = (clientId: string, grantedAt: number) => {
      const authorization = anAuthorization({ sid: session.sid, clientId, grantedAt });
      return stores().tokens.begin(authorization, [aCode(authorization)]);
    };
    expect(await stores().sessions.participants(session.sid)).toEqual([]);
    await join('first', now);
    await join('second', now + 10);
    await join('Third', now + 10);
    await join('first', now + 20);
    expect(await stores().sessions.participants(session.sid)).toEqual(['Third', 'second', 'first']);
    await stores().sessions.end(session.sid, 'logout', now + 30);
    await join('late', now + 30);
    expect(await stores().sessions.participants(session.sid)).toEqual(['Third', 'second', 'first']);
    const other = await started();
    expect(await stores().sessions.participants(other.session.sid)).toEqual([]);
  });

  test('what begins while the session ends does not outlive it', async () => {
    const race = async () => {
      const { session } = await started();
      const [one, , other] = await Promise.all([
        begin(session.sid),
        stores().sessions.end(session.sid, 'logout', now),
        begin(session.sid),
      ]);
      return Promise.all([holds(one.hash), holds(other.hash)]);
    };
    expect((await atOnce(25, race)).flat()).not.toContain(true);
  });
};
