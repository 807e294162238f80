import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  aClient,
  aCode,
  anAccessToken,
  anAccount,
  anAuthorization,
  aRefreshToken,
  aSession,
  atOnce,
  hostile,
  now,
} from './fixtures.js';
import type { OpenStores } from './stores.js';

export const revocationsSuite = (stores: () => OpenStores): void => {
  const someone = async () => {
    const [account, client] = [anAccount(), aClient()];
    await stores().registrations.save([client], [account]);
    const { subject, username } = account.account;
    return { subject, username, clientId: client.id };
  };
  type Someone = Awaited<ReturnType<typeof someone>>;
  const granted = async ({ subject, clientId }: Partial<Someone>, more: object = {}) => {
    const authorization = anAuthorization({ ...(subject && { subject }), ...(clientId && { clientId }), ...more });
    const [access, refresh, code] = [anAccessToken(authorization), aRefreshToken(authorization), aCode(authorization)];
    await stores().tokens.begin(authorization, [access, refresh, code]);
    return { authorization, access, refresh, code };
  };
  type Granted = Awaited<ReturnType<typeof granted>>;
  const endedAt = async ({ access }: Granted) => {
    const held = await stores().tokens.find(access.hash);
    expect(held?.token.revokedAt).toBe(held?.authorization.revokedAt);
    return held?.token.revokedAt;
  };
  const facts = async (id: string) =>
    (await stores().facts()).filter(({ data }) => Object.values(data).some((value) => value === id));
  const started = async (subject: string, more: object = {}) => {
    const [session, secret] = [aSession({ subject, ...more }), randomUUID()];
    await stores().sessions.start(session, secret);
    return { sid: session.sid, isLive: async () => (await stores().sessions.find(secret, now)) !== undefined };
  };

  test('a person is signed out: what was granted until then has ended, with offline access too', async () => {
    const [anna, bert] = [await someone(), await someone()];
    const before = await granted(anna, { scope: ['openid', 'offline_access'] });
    const after = await granted(anna, { grantedAt: now + 8 });
    const other = await granted({ ...bert, clientId: anna.clientId });
    expect(await stores().registrations.signOut(anna.username.toUpperCase(), now + 7)).toEqual([]);
    expect(await Promise.all([before, after, other].map(endedAt))).toEqual([now + 7, undefined, undefined]);
    expect(await stores().tokens.exchange({ hash: before.refresh.hash, at: now + 7, by: 'request' }, [])).toBe(false);
    expect(await stores().tokens.add(before.authorization.id, [anAccessToken(before.authorization)])).toBe(false);
    expect(await stores().tokens.exchange({ hash: after.refresh.hash, at: now + 8, by: 'request' }, [])).toBe(true);
    expect(await facts(anna.subject)).toEqual([
      { event: 'subjectRevoked', data: { subject: anna.subject, sids: [], at: now + 7 } },
    ]);
  });

  test('their sessions end, and no one else’s; the event names them', async () => {
    const [anna, bert] = [await someone(), await someone()];
    const mine = [await started(anna.subject), await started(anna.subject)];
    const over = [await started(anna.subject, { expiresAt: now }), await started(anna.subject)];
    await stores().sessions.end(over[1]!.sid, 'logout', now);
    const other = await started(bert.subject);
    const sids = mine.map(({ sid }) => sid).sort();
    expect(await stores().registrations.signOut(anna.username, now + 7)).toEqual(sids);
    expect(await Promise.all([...mine, other].map(({ isLive }) => isLive()))).toEqual([false, false, true]);
    const [last] = (await facts(anna.subject)).slice(-1);
    expect(last).toEqual({ event: 'subjectRevoked', data: { subject: anna.subject, sids, at: now + 7 } });
    expect(await stores().registrations.signOut(anna.username, now + 9)).toEqual([]);
  });

  test('of the sessions that end nothing is left, also what began in the seconds after; what has no part in them is', async () => {
    const anna = await someone();
    const { sid } = await started(anna.subject);
    const offline = { scope: ['openid', 'offline_access'] };
    const inIt = [
      await granted(anna, { sid, grantedAt: now + 8 }),
      await granted(anna, { sid, grantedAt: now + 9, ...offline }),
    ];
    const apart = await granted(anna, { grantedAt: now + 8 });
    expect(await stores().registrations.signOut(anna.username, now + 7)).toEqual([sid]);
    const late = [
      await granted(anna, { sid, grantedAt: now + 9 }),
      await granted(anna, { sid, grantedAt: now + 9, ...offline }),
    ];
    for (const each of [...inIt, ...late]) {
      expect(await endedAt(each)).toBeDefined();
      expect(await facts(each.authorization.id)).toMatchObject([{ event: 'authorizationRevoked' }]);
    }
    expect(await endedAt(apart)).toBeUndefined();
  });

  test('a client is revoked: what was issued to it until then has ended, with or without a person', async () => {
    const [anna, bert] = [await someone(), await someone()];
    const before = [await granted(anna), await granted({ ...bert, clientId: anna.clientId })];
    const { subject: _, ...itself } = anAuthorization({ clientId: anna.clientId });
    const own = anAccessToken(itself);
    await stores().tokens.begin(itself, [own]);
    const others = [await granted(anna, { grantedAt: now + 8 }), await granted(bert)];
    expect(await stores().registrations.revokeClient(anna.clientId, now + 7)).toBe(true);
    expect(await Promise.all([...before, ...others].map(endedAt))).toEqual([now + 7, now + 7, undefined, undefined]);
    expect((await stores().tokens.find(own.hash))?.token.revokedAt).toBe(now + 7);
    expect(await stores().tokens.exchange({ hash: before[0]!.code.hash, at: now + 7, by: 'request' }, [])).toBe(false);
    expect(await facts(anna.clientId)).toEqual([
      { event: 'clientRevoked', data: { clientId: anna.clientId, at: now + 7 } },
    ]);
  });

  test('an earlier time does not undo a later one, and saving the client or the account anew undoes nothing', async () => {
    const anna = await someone();
    const mine = await granted(anna, { grantedAt: now + 5 });
    const [account] = (await stores().registrations.accounts()).filter(
      ({ account: { subject } }) => subject === anna.subject,
    );
    for (const at of [now + 7, now]) {
      await stores().registrations.signOut(anna.username, at);
      await stores().registrations.revokeClient(anna.clientId, at);
    }
    await stores().registrations.save([aClient({}, { id: anna.clientId })], [account!]);
    expect(await endedAt(mine)).toBe(now + 7);
  });

  test('RFC 7009 §2.1: a token of what has ended is not revoked once more', async () => {
    const anna = await someone();
    const { access, authorization } = await granted(anna);
    await stores().registrations.signOut(anna.username, now + 7);
    await stores().tokens.revokeToken(access.hash, now + 9);
    expect(await facts(authorization.id)).toEqual([]);
  });

  test.each(hostile)('nobody of that name: %j', async (text) => {
    expect(await stores().registrations.signOut(text, now)).toBeUndefined();
    expect(await stores().registrations.revokeClient(text, now)).toBe(false);
    expect(await facts(text)).toEqual([]);
  });

  test('an exchange beside it leaves no live token, whichever comes first', async () => {
    const race = async () => {
      const anna = await someone();
      const { authorization, refresh } = await granted(anna);
      const successor = aRefreshToken(authorization);
      await Promise.all([
        stores().tokens.exchange({ hash: refresh.hash, at: now, by: 'request' }, [successor]),
        stores().registrations.signOut(anna.username, now + 1),
        stores().registrations.revokeClient(anna.clientId, now + 1),
      ]);
      const held = await stores().tokens.find(successor.hash);
      return held !== undefined && held.token.revokedAt === undefined;
    };
    expect(await atOnce(20, race)).not.toContain(true);
  });
};
