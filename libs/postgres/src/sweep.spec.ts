import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@portico/testing';
import {
  attemptStore,
  closeDatabase,
  deviceStore,
  interactionStore,
  migrate,
  openDatabase,
  outbox,
  replayStore,
  sessionStore,
  sweep,
  tokenStore,
  type Database,
} from './index.js';

const now = Math.floor(Date.now() / 1000);
const day = 86_400;

describe('sweep', () => {
  let server: TestDatabase;
  let database: Database;
  const rows = async (table: string) => {
    const [row] = await database.dataSource.query<{ count: string }[]>(`SELECT count(*) FROM ${table}`);
    return Number(row?.count);
  };
  const begin = async (id: string, expiries: readonly number[]) => {
    const expiresAt = Math.max(now, ...expiries);
    const authorization = { id, clientId: 'c', sid: 's1', scope: [], resources: [], grantedAt: now, expiresAt };
    const tokens = expiries.map((expiresAt, index) => {
      const hash = `${id}-${index}`;
      return { kind: 'refresh_token' as const, hash, id: hash, authorizationId: id, issuedAt: now, expiresAt };
    });
    await tokenStore(database).begin(authorization, tokens);
  };
  const session = (sid: string, expiresAt: number, more = {}) => {
    const times = { authTime: now, startedAt: now, lastUsedAt: now, expiresAt };
    return sessionStore(database).start({ sid, subject: 's', amr: [], ...times, ...more }, sid);
  };

  beforeAll(async () => {
    server = await testDatabase();
    database = await openDatabase({ url: server.url, poolSize: 2, applicationName: 'sweep.spec' });
    await migrate(database);
  });
  afterAll(async () => {
    await closeDatabase(database);
    await server.remove();
  });

  test('deletes what has expired, in batches, and nothing else', async () => {
    await session('s1', now + 10);
    await session('s2', now + 1000 * day);
    await begin('gone', [now + 1, now + 2, now + 3]);
    await begin('held', [now + 1, now + 1000 * day]);
    await attemptStore(database).take('bucket', { attempts: 1, seconds: 5 }, now);
    await replayStore(database).once('key', now + 5, 'request');
    const interaction = {
      browserHash: 'b',
      clientId: 'c',
      client: { name: 'c' },
      answers: {},
      returnTo: '/',
      request: 0,
    };
    await interactionStore(database).open({ ...interaction, id: 'i', prompt: { name: 'login' }, expiresAt: now + 5 });
    expect(await sweep(database, now, 100)).toBe(0);

    const at = now + 30 * day;
    expect(await sweep(database, at, 2)).toBe(2 + 1 + 1 + 1 + 1);
    expect(await sweep(database, at, 2)).toBe(2);
    expect(await sweep(database, at, 2)).toBe(0);
    expect(await tokenStore(database).find('held-1')).toBeDefined();
    expect(await tokenStore(database).find('held-0')).toBeUndefined();
    const left = await Promise.all(['tokens', 'authorizations', 'sessions', 'session_participants'].map(rows));
    expect(left).toEqual([1, 1, 1, 0]);
    expect(await Promise.all(['interactions', 'attempts'].map(rows))).toEqual([0, 0]);
  });

  test('an authorization stays as long as it was begun to', async () => {
    await begin('rotating', [now + 10, now + 90 * day]);
    const next = (hash: string, expiresAt: number) =>
      ({ kind: 'refresh_token', hash, id: hash, authorizationId: 'rotating', issuedAt: now, expiresAt }) as const;
    await tokenStore(database).exchange({ hash: 'rotating-0', at: now, by: 'request' }, [
      next('rotating-2', now + 50 * day),
    ]);
    await tokenStore(database).add('rotating', [next('rotating-3', now + 90 * day)]);
    while ((await sweep(database, now + 80 * day, 100)) > 0);
    expect((await tokenStore(database).find('rotating-3'))?.authorization.id).toBe('rotating');
    while ((await sweep(database, now + 100 * day, 100)) > 0);
    expect(await tokenStore(database).find('rotating-3')).toBeUndefined();
  });

  test('keeps what is not published, and what was published for a day', async () => {
    await begin('revoked-1', []);
    await begin('revoked-2', []);
    await tokenStore(database).revokeAuthorization('revoked-1', 'test', now);
    await tokenStore(database).revokeAuthorization('revoked-2', 'test', now);
    await outbox(database).drain(() => Promise.resolve(), 1);
    while ((await sweep(database, now + day - 60, 100)) > 0);
    expect(await rows('outbox')).toBe(2);
    while ((await sweep(database, now + 2 * day, 100)) > 0);
    expect(await rows('outbox')).toBe(1);
  });

  test('RFC 8628 §3.5: keeps a device an hour longer, so that one that comes late is told that it is', async () => {
    const device = { deviceCodeHash: 'd', userCode: 'BCDFGHJK', clientId: 'c', scope: [], intervalSeconds: 5 };
    await deviceStore(database).begin({ ...device, expiresAt: now + 600 });
    while ((await sweep(database, now + 600 + 3600, 100)) > 0);
    expect(await deviceStore(database).poll('d', 'c', now + 4200)).toBe('expired');
    while ((await sweep(database, now + 601 + 3600, 100)) > 0);
    expect(await deviceStore(database).poll('d', 'c', now + 4201)).toBeUndefined();
  });

  test('a session that rests too long goes, a week later, and one that is used stays', async () => {
    const later = now + 2000 * day;
    await session('used', later + 1000, { lastUsedAt: later, idleSeconds: 300 });
    await session('idle', later + 1000, { lastUsedAt: later, idleSeconds: 300 });
    await sessionStore(database).find('used', later + 290);
    const left = () => database.dataSource.query<unknown[]>('SELECT sid FROM sessions ORDER BY sid');
    await sweep(database, later + 300 + 7 * day, 1000);
    expect(await left()).toEqual([{ sid: 'idle' }, { sid: 'used' }]);
    await sweep(database, later + 310 + 7 * day, 1000);
    expect(await left()).toEqual([{ sid: 'used' }]);
  });
});
