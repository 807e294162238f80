import { expect, test } from '@jest/globals';
import type { Authorization } from '@portico/oidc';
import { listedSessions, type SessionKey } from '@portico/sso';
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

  test('is found by its sid as long as by its secret', async () => {
    const { session, secret } = await started();
    const { sid, expiresAt } = session;
    expect(await stores().sessions.findBySid(sid, expiresAt - 1)).toEqual(session);
    expect(await stores().sessions.findBySid(sid, expiresAt)).toBeUndefined();
    expect(await stores().sessions.findBySid(secret, now)).toBeUndefined();
    const again = { ...session, authTime: now + 50, amr: ['otp'], expiresAt: now + 2000 };
    await stores().sessions.renew(again, 'new-' + secret);
    expect(await stores().sessions.findBySid(sid, now + 1500)).toEqual(again);
    await stores().sessions.end(sid, 'test', now + 60);
    expect(await stores().sessions.findBySid(sid, now)).toBeUndefined();
  });

  test.each(hostile)('what is not there is not found: %j', async (text) => {
    expect(await stores().sessions.find(text, now)).toBeUndefined();
    expect(await stores().sessions.findBySid(text, now)).toBeUndefined();
    expect(await stores().sessions.end(text, 'test', now)).toBeUndefined();
    expect(await stores().sessions.participants({ sid: text })).toEqual([]);
    expect(await stores().sessions.participants({ secretHash: text })).toEqual([]);
    expect(await stores().sessions.ofSubject(text, now)).toEqual([]);
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

  test('knows its browser and its place until the next sign-in, which may be without', async () => {
    const { session, secret } = await started({
      userAgent: 'A browser "2" \\ 浏览器',
      ip: '2001:db8::1',
      idleSeconds: 600,
    });
    expect(await stores().sessions.find(secret, now)).toEqual(session);
    const { userAgent: _, ip: __, idleSeconds: ___, ...again } = { ...session, authTime: now + 5, lastUsedAt: now + 5 };
    await stores().sessions.renew(again, 'new-' + secret);
    expect(await stores().sessions.find('new-' + secret, now + 900)).toEqual(again);
  });

  test('NIST SP 800-63B §7.2: ends where it is not used for its idle time, by its secret and by its name', async () => {
    const { session, secret } = await started({ idleSeconds: 300 });
    const { sid } = session;
    expect(await stores().sessions.findBySid(sid, now + 299)).toEqual(session);
    expect(await stores().sessions.findBySid(sid, now + 300)).toBeUndefined();
    expect(await stores().sessions.find(secret, now + 300)).toBeUndefined();
    expect(await stores().sessions.ofSubject(session.subject, now + 300)).toEqual([]);
    expect(await stores().sessions.renew({ ...session, authTime: now + 300 }, randomUUID())).toBe(false);
  });

  test('goes on while it is used, but never beyond its end', async () => {
    const { session, secret } = await started({ idleSeconds: 300, expiresAt: now + 1000 });
    for (const later of [290, 580, 870, 999]) expect(await stores().sessions.find(secret, now + later)).toBeDefined();
    const { sid } = session;
    expect(await stores().sessions.findBySid(sid, now + 999)).toEqual({ ...session, lastUsedAt: now + 999 });
    expect(await stores().sessions.find(secret, now + 1000)).toBeUndefined();
    expect(await stores().sessions.findBySid(sid, now + 1000)).toBeUndefined();
  });

  test('being looked up by its name is no use of it', async () => {
    const { session } = await started({ idleSeconds: 300 });
    for (const later of [100, 200, 299]) await stores().sessions.findBySid(session.sid, now + later);
    expect(await stores().sessions.findBySid(session.sid, now + 300)).toBeUndefined();
  });

  test.each([
    ['once a minute', undefined, 59, 60],
    ['once a minute', 86_400, 59, 60],
    ['ten times in a short idle time', 60, 5, 6],
    ['each time where that is shorter still', 9, 0, 1],
  ])('a use is noted %s at most (idle time %j)', async (_, idleSeconds, unnoted, noted) => {
    const { session, secret } = await started(idleSeconds === undefined ? {} : { idleSeconds });
    const lastUse = async () => (await stores().sessions.findBySid(session.sid, now))?.lastUsedAt;
    await stores().sessions.find(secret, now + unnoted);
    expect(await lastUse()).toBe(now);
    await stores().sessions.find(secret, now + noted);
    expect(await lastUse()).toBe(now + noted);
    // A clock that is behind takes nothing back.
    await stores().sessions.find(secret, now + unnoted);
    expect(await lastUse()).toBe(now + noted);
  });

  test('of 20 uses at once all find it', async () => {
    const { session, secret } = await started({ idleSeconds: 300 });
    const found = await atOnce(20, () => stores().sessions.find(secret, now + 200));
    expect(found.map((one) => one?.sid)).toEqual(Array(20).fill(session.sid));
    expect((await stores().sessions.findBySid(session.sid, now + 499))?.lastUsedAt).toBe(now + 200);
  });

  test('a use that comes together with the end does not bring it back', async () => {
    const race = async () => {
      const { session, secret } = await started({ idleSeconds: 300 });
      const [, ended] = await Promise.all([
        stores().sessions.find(secret, now + 200),
        stores().sessions.end(session.sid, 'logout', now + 200),
        stores().sessions.find(secret, now + 200),
      ]);
      return [ended?.event, await stores().sessions.find(secret, now + 200)];
    };
    expect(await atOnce(25, race)).toEqual(Array(25).fill(['sessionEnded', undefined]));
  });

  test('those of a person: the newest first, with who takes part, and neither ended ones nor another’s', async () => {
    const subject = randomUUID();
    const old = await started({ subject, ip: '192.0.2.9' });
    const fresh = await started({ subject, startedAt: now + 10, userAgent: 'Fresh/1' });
    const ended = await started({ subject });
    await started();
    await started({ subject, expiresAt: now + 20 });
    await stores().sessions.end(ended.session.sid, 'logout', now);
    const join = (clientId: string, grantedAt: number) => {
      const authorization = anAuthorization({ sid: old.session.sid, clientId, grantedAt });
      return stores().tokens.begin(authorization, [aCode(authorization)]);
    };
    await join('first', now);
    await join('second', now + 1);
    expect(await stores().sessions.ofSubject(subject, now + 20)).toEqual([
      { ...fresh.session, clientIds: [] },
      { ...old.session, clientIds: ['second', 'first'] },
    ]);
  });

  test('a list of them has a bound, and tells of the newest', async () => {
    const subject = randomUUID();
    await atOnce(listedSessions.sessions + 5, (index) => started({ subject, startedAt: now + index }));
    const found = await stores().sessions.ofSubject(subject, now);
    expect(found).toHaveLength(listedSessions.sessions);
    expect(found.at(-1)?.startedAt).toBe(now + 5);
  });

  test('a list of who takes part has a bound too', async () => {
    const { session } = await started();
    await atOnce(listedSessions.clients + 3, (index) => {
      const authorization = anAuthorization({ sid: session.sid, clientId: `c${index}`, grantedAt: now + index });
      return stores().tokens.begin(authorization, [aCode(authorization)]);
    });
    const [found] = await stores().sessions.ofSubject(session.subject, now);
    expect(found?.clientIds).toHaveLength(listedSessions.clients);
    expect(found?.clientIds[0]).toBe(`c${listedSessions.clients + 2}`);
  });

  test('of 20 that end a session at once one does, and it is told once', async () => {
    const { session, secret } = await started();
    const ended = await atOnce(20, () => stores().sessions.end(session.sid, 'logout', now + 3));
    expect(await stores().sessions.find(secret, now)).toBeUndefined();
    const { sid, subject } = session;
    const data = { sid, subject, reason: 'logout', at: now + 3, authorizationIds: [] };
    expect(await factsAbout([sid])).toEqual([{ event: 'sessionEnded', data }]);
    expect(ended.filter(Boolean)).toEqual([{ event: 'sessionEnded', data }]);
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
    const { sid, subject } = session;
    const authorizationIds = bound.map(({ id }) => id).sort();
    expect(await factsAbout([sid, ...[...bound, offline, elsewhere].map(({ id }) => id)])).toEqual([
      { event: 'sessionEnded', data: { sid, subject, reason: 'logout', at: now + 3, authorizationIds } },
    ]);
  });

  test('what begins in a session that has ended is born revoked, and told', async () => {
    const { session } = await started();
    await stores().sessions.end(session.sid, 'logout', now);
    const late = await begin(session.sid);
    expect(await holds(late.hash)).toBe(false);
    expect(await stores().tokens.exchange({ hash: late.hash, at: now, by: 'request' }, [])).toBe(false);
    expect((await factsAbout([late.id])).map(({ event }) => event)).toEqual(['authorizationRevoked']);
    expect(await holds((await begin(session.sid, ['openid', 'offline_access'])).hash)).toBe(true);
  });

  const joins = async (sid: string, clientId: string, more: Partial<Authorization> = {}) => {
    const authorization = anAuthorization({ sid, clientId, ...more });
    await stores().tokens.begin(authorization, [aCode(authorization)]);
  };
  const idsIn = async (key: SessionKey) => (await stores().sessions.participants(key)).map(({ clientId }) => clientId);

  test('who takes part: each client once, the latest first, and nobody who comes when it is over', async () => {
    const { sid } = (await started()).session;
    expect(await idsIn({ sid })).toEqual([]);
    await joins(sid, 'first', { grantedAt: now });
    await joins(sid, 'second', { grantedAt: now + 10 });
    await joins(sid, 'Third', { grantedAt: now + 10 });
    await joins(sid, 'first', { grantedAt: now + 20 });
    expect(await idsIn({ sid })).toEqual(['Third', 'second', 'first']);
    await stores().sessions.end(sid, 'logout', now + 30);
    await joins(sid, 'late', { grantedAt: now + 30 });
    expect(await idsIn({ sid })).toEqual(['Third', 'second', 'first']);
    expect(await idsIn({ sid: (await started()).session.sid })).toEqual([]);
  });

  test('who took part is known by the secret too, also when it is over; by a former secret nobody is', async () => {
    const { session, secret: former } = await started();
    await joins(session.sid, 'one');
    expect(await idsIn({ secretHash: former })).toEqual(['one']);
    const secret = randomUUID();
    await stores().sessions.renew({ ...session, authTime: now + 1 }, secret);
    await stores().sessions.end(session.sid, 'logout', now + 2);
    expect(await idsIn({ secretHash: secret })).toEqual(['one']);
    expect(await idsIn({ secretHash: former })).toEqual([]);
    expect(await idsIn({ secretHash: session.sid })).toEqual([]);
  });

  test('under which issuer each took part: the one of the last time', async () => {
    const { sid } = (await started()).session;
    await joins(sid, 'plain', { face: 'oauth' });
    await joins(sid, 'connect');
    await joins(sid, 'both', { face: 'oauth' });
    const participants = () => stores().sessions.participants({ sid });
    expect(await participants()).toEqual([
      { clientId: 'both', face: 'oauth' },
      { clientId: 'connect' },
      { clientId: 'plain', face: 'oauth' },
    ]);
    await joins(sid, 'both', { grantedAt: now + 10 });
    expect((await participants())[0]).toEqual({ clientId: 'both' });
    await joins(sid, 'both', { grantedAt: now + 20, face: 'oauth' });
    expect((await participants())[0]).toEqual({ clientId: 'both', face: 'oauth' });
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
