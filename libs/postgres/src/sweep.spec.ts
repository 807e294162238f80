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
    const authorization = { id, clientId: 'c', sid: 's1', scope: [], resources: [], grantedAt: now };
    const tokens = expiries.map((expiresAt, index) => {
      const hash = `${id}-${index}`;
      return { kind: 'refresh_token' as const, hash, id: hash, authorizationId: id, issuedAt: now, expiresAt };
    });
    await tokenStore(database).begin(authorization, tokens);
  };
  const session = (sid: string, expiresAt: number) =>
    sessionStore(database).start({ sid, subject: 's', authTime: now, amr: [], startedAt: now, expiresAt }, sid);

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
    await replayStore(database).once('key', now + 5);
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
    expect(await sweep(database, at, 2)).toBe(2 + 1 + 1 + 1 + 1 + 1);
    expect(await sweep(database, at, 2)).toBe(2);
    expect(await sweep(database, at, 2)).toBe(0);
    expect(await tokenStore(database).find('held-1')).toBeDefined();
    expect(await tokenStore(database).find('held-0')).toBeUndefined();
    const left = await Promise.all(['tokens', 'authorizations', 'sessions', 'session_participants'].map(rows));
    expect(left).toEqual([1, 1, 1, 0]);
    expect(await Promise.all(['interactions', 'attempts', 'replays'].map(rows))).toEqual([0, 0, 0]);
  });

  test('an authorization stays as long as the tokens that came later', async () => {
    await begin('rotating', [now + 10]);
    const next = (hash: string, expiresAt: number) =>
      ({ kind: 'refresh_token', hash, id: hash, authorizationId: 'rotating', issuedAt: now, expiresAt }) as const;
    await tokenStore(database).exchange('rotating-0', now, [next('rotating-1', now + 50 * day)]);
    await tokenStore(database).add('rotating', [next('rotating-2', now + 90 * day)]);
    while ((await sweep(database, now + 80 * day, 100)) > 0);
    expect((await tokenStore(database).find('rotating-2'))?.authorization.id).toBe('rotating');
    while ((await sweep(database, now + 100 * day, 100)) > 0);
    expect(await tokenStore(database).find('rotating-2')).toBeUndefined();
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

  test('uses the indexes on the time', async () => {
    const tables = ['devices', 'tokens', 'authorizations', 'sessions', 'interactions', 'attempts', 'replays'];
    for (const table of tables) {
      const plan = await database.dataSource.transaction(async (manager) => {
        await manager.query('SET LOCAL enable_seqscan = off');
        return manager.query<object[]>(
          `EXPLAIN SELECT 1 FROM ${table} WHERE expires_at < now() ORDER BY expires_at LIMIT 10 FOR UPDATE SKIP LOCKED`,
        );
      });
      expect(JSON.stringify(plan)).toContain(`${table}_expires_at`);
    }
  });
});
