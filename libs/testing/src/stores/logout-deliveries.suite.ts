import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { LogoutFilter, LogoutTarget } from '@portico/oidc';
import { aClient, aCode, anAuthorization, aSession, atOnce, hostile, now } from './fixtures.js';
import type { OpenStores } from './stores.js';

const daySeconds = 86_400;

export const logoutDeliveriesSuite = (stores: () => OpenStores): void => {
  const uri = 'https://client.example/logout';
  /** A client, that is told of logouts where it has a URI for that. */
  const registered = async (backchannel_logout_uri: string | undefined): Promise<string> => {
    const client = aClient(backchannel_logout_uri === undefined ? {} : { backchannel_logout_uri });
    await stores().registrations.save([client], []);
    return client.id;
  };
  /** A session in which these clients got something. */
  const joined = async (clientIds: readonly string[]) => {
    const session = aSession();
    await stores().sessions.start(session, randomUUID());
    for (const clientId of clientIds) {
      const authorization = anAuthorization({ sid: session.sid, clientId });
      await stores().tokens.begin(authorization, [aCode(authorization)]);
    }
    return session;
  };
  const ended = async (clients = 1, at = now) => {
    const clientIds = (await atOnce(clients, () => registered(uri))).sort();
    const { sid, subject } = await joined(clientIds);
    await stores().sessions.end(sid, 'test', at);
    const targets = clientIds.map((clientId): LogoutTarget => ({ sid, clientId }));
    return { sid, subject, targets, target: targets[0]! };
  };
  const take = (target: LogoutTarget, at = now) => stores().deliveries.take(target, at);
  const reportOf = async ({ sid, clientId }: LogoutTarget) =>
    (await stores().logoutDeliveries.list({ sid, clientId }, 10))[0];
  /** Everything that is overdue at the time, also that of other tests. */
  const overdueOf = async (sid: string, at: number) =>
    (await stores().deliveries.overdue(at, 10_000)).filter((target) => target.sid === sid);

  test('OpenID Connect Back-Channel Logout 1.0 §2.3: the end of a session makes one for each participant that wants to be told', async () => {
    const [told, untold, bystander] = [await registered(uri), await registered(undefined), await registered(uri)];
    const { sid, subject } = await joined([told, untold, 'not-registered']);
    expect(await stores().deliveries.pendingOf([sid])).toEqual([]);
    await stores().sessions.end(sid, 'test', now);
    expect(await stores().deliveries.pendingOf([sid])).toEqual([{ sid, clientId: told }]);
    expect(await take({ sid, clientId: bystander })).toBeUndefined();
    expect(await take({ sid, clientId: told })).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      sid,
      clientId: told,
      subject,
      attempts: 1,
      since: now,
    });
  });

  test('the pending ones of many sessions are told at once', async () => {
    const both = [await ended(2), await ended(1)];
    const pending = await stores().deliveries.pendingOf([...both.map(({ sid }) => sid), 'unheard-of']);
    expect(pending).toHaveLength(3);
    expect(pending).toEqual(expect.arrayContaining(both.flatMap(({ targets }) => targets)));
    expect(await stores().deliveries.pendingOf([])).toEqual([]);
  });

  test('a session that ends twice, or many times at once, is told of once', async () => {
    const clientId = await registered(uri);
    const { sid } = await joined([clientId]);
    await atOnce(8, () => stores().sessions.end(sid, 'test', now));
    await stores().sessions.end(sid, 'test', now + 5);
    expect(await stores().logoutDeliveries.list({ sid }, 10)).toHaveLength(1);
  });

  test('of 20 that take it at once one gets it; it is nobody else’s until it may be lost', async () => {
    const { target } = await ended();
    const taken = (await atOnce(20, () => take(target))).filter(Boolean);
    expect(taken).toHaveLength(1);
    expect(await take(target, now + 14)).toBeUndefined();
    expect(await take(target, now + 15)).toMatchObject({ id: taken[0]!.id, attempts: 2 });
  });

  test('it is not taken before it is due, and keeps its id at each attempt', async () => {
    const { target } = await ended();
    const first = await take(target);
    const failed = { id: first!.id, at: now, status: 503, state: 'pending' as const, dueAt: now + 30 };
    expect(await stores().deliveries.settle(failed)).toBe(true);
    expect(await take(target, now + 29)).toBeUndefined();
    expect(await reportOf(target)).toEqual({
      ...target,
      state: 'pending',
      attempts: 1,
      status: 503,
      since: now,
      lastAttemptAt: now,
      dueAt: now + 30,
    });
    expect(await take(target, now + 30)).toMatchObject({ id: first!.id, attempts: 2 });
  });

  test('delivered is final: it is settled once, whatever comes later, also at once', async () => {
    const { target } = await ended();
    const { id } = (await take(target))!;
    const delivered = { id, at: now + 1, status: 200, state: 'delivered' as const };
    const answers = await atOnce(10, () => stores().deliveries.settle(delivered));
    expect(answers.filter(Boolean)).toHaveLength(1);
    for (const state of ['failed', 'delivered'] as const)
      expect(await stores().deliveries.settle({ id, at: now + 2, error: 'late', state })).toBe(false);
    expect(await stores().deliveries.settle({ id, at: now + 2, state: 'pending', dueAt: now + 3 })).toBe(false);
    expect(await take(target, now + 100)).toBeUndefined();
    expect(await stores().deliveries.pendingOf([target.sid])).toEqual([]);
    expect(await reportOf(target)).toEqual({
      ...target,
      state: 'delivered',
      attempts: 1,
      status: 200,
      since: now,
      lastAttemptAt: now,
      deliveredAt: now + 1,
    });
  });

  test('a success that comes after somebody gave up counts', async () => {
    const { target } = await ended();
    const { id } = (await take(target))!;
    await stores().deliveries.settle({ id, at: now, error: 'slow', state: 'failed' });
    expect(await stores().deliveries.settle({ id, at: now + 1, status: 204, state: 'delivered' })).toBe(true);
    expect(await reportOf(target)).toMatchObject({ state: 'delivered', status: 204 });
    expect(await reportOf(target)).not.toHaveProperty('error');
  });

  test('what nobody came to is overdue after a minute: handed out once, also to many at once', async () => {
    const at = now + 1_000_000;
    const { sid, targets } = await ended(3, at);
    expect(await overdueOf(sid, at + 60)).toEqual([]);
    const handed = (await atOnce(5, () => overdueOf(sid, at + 61))).flat();
    expect(handed.map(({ clientId }) => clientId).sort()).toEqual(targets.map(({ clientId }) => clientId));
    expect(await overdueOf(sid, at + 121)).toEqual([]);
    expect(await overdueOf(sid, at + 122)).toHaveLength(3);
  });

  test('what waits for its next attempt, is under way, or settled, is not overdue', async () => {
    const at = now + 2_000_000;
    const { sid, targets } = await ended(3, at);
    const [waiting, underWay, settled] = targets.map((target) => take(target, at));
    await stores().deliveries.settle({ id: (await waiting)!.id, at, state: 'pending', dueAt: at + 900 });
    await underWay;
    await stores().deliveries.settle({ id: (await settled)!.id, at, status: 200, state: 'delivered' });
    expect(await overdueOf(sid, at + 75)).toEqual([]);
    expect(await overdueOf(sid, at + 76)).toEqual([targets[1]]);
    expect(await overdueOf(sid, at + 961)).toHaveLength(2);
  });

  test('at most so many are overdue, the oldest first', async () => {
    const at = now + 3_000_000;
    await stores().deliveries.overdue(at, 10_000);
    const [younger, older] = [await ended(1, at - 100), await ended(1, at - 200)];
    expect(await stores().deliveries.overdue(at, 1)).toEqual([older.target]);
    expect(await stores().deliveries.overdue(at, 1)).toEqual([younger.target]);
    expect(await stores().deliveries.overdue(at, 1)).toEqual([]);
  });

  test('one that failed is tried anew when somebody asks for it, and only it', async () => {
    const at = now + 4_000_000;
    const { sid, targets } = await ended(3, at);
    for (const [index, state] of (['failed', 'delivered'] as const).entries()) {
      const { id } = (await take(targets[index]!, at))!;
      await stores().deliveries.settle({ id, at, status: 400, state });
    }
    expect(await stores().logoutDeliveries.retry({ clientId: targets[1]!.clientId }, at + 9)).toBe(0);
    expect(await stores().logoutDeliveries.retry({ sid }, at + 10)).toBe(1);
    expect(await stores().logoutDeliveries.retry({ sid }, at + 10)).toBe(0);
    expect(await overdueOf(sid, at + 10)).toEqual([targets[0]]);
    expect(await take(targets[0]!, at + 10)).toMatchObject({ attempts: 1, since: at + 10 });
  });

  test('what was delivered is kept a day, what failed a week', async () => {
    const at = now + 5_000_000;
    const { sid, targets } = await ended(3, at);
    for (const [index, state] of (['delivered', 'failed'] as const).entries()) {
      const { id } = (await take(targets[index]!, at))!;
      await stores().deliveries.settle({ id, at, status: 200, state });
    }
    const left = async (days: number) => {
      while ((await stores().deliveries.forget(at + days * daySeconds + 1, 1)) > 0);
      return (await stores().logoutDeliveries.list({ sid }, 10)).map(({ state }) => state).sort();
    };
    expect(await left(0)).toEqual(['delivered', 'failed', 'pending']);
    expect(await left(1)).toEqual(['failed', 'pending']);
    expect(await left(7)).toEqual(['pending']);
    expect(await left(9)).toEqual([]);
  });

  test('are listed the newest first, by state, client and session, at most so many', async () => {
    const at = now + 6_000_000;
    const [older, newer] = [await ended(2, at), await ended(1, at + 1)];
    const { id } = (await take(newer.target, at + 1))!;
    await stores().deliveries.settle({ id, at: at + 1, error: 'no answer', state: 'failed' });
    const list = (filter: LogoutFilter, limit: number) => stores().logoutDeliveries.list(filter, limit);
    expect((await list({}, 3)).map(({ sid }) => sid)).toEqual([newer.sid, older.sid, older.sid]);
    expect(await list({}, 1)).toHaveLength(1);
    expect(await list({ state: 'failed', sid: newer.sid }, 10)).toMatchObject([
      { ...newer.target, error: 'no answer' },
    ]);
    expect(await list({ state: 'failed', sid: older.sid }, 10)).toEqual([]);
    expect(await list({ clientId: older.target.clientId }, 10)).toMatchObject([older.target]);
  });

  test.each(hostile)('nothing is there under %j', async (text) => {
    expect(await stores().deliveries.pendingOf([text])).toEqual([]);
    expect(await take({ sid: text, clientId: text })).toBeUndefined();
  });
};
