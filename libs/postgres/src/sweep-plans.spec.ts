import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@portico/testing';
import {
  closeDatabase,
  logoutDeliveryStore,
  migrate,
  openDatabase,
  sessionStore,
  sweep,
  type Database,
} from './index.js';
import { runOn } from './statement.js';

const now = Math.floor(Date.now() / 1000);
const rows = 5_000;
/** Of each table so many have expired: what comes to be within a minute, as the sweep finds it. */
const expired = 50;
/** When the row has expired: a few more than a week ago, the others in days to come. */
const expiry = `to_timestamp(${now} + CASE WHEN n <= ${expired} THEN -700000 - n ELSE n * 60 END)`;

const token = (part: string, partition: number) => `INSERT INTO tokens_${part}
  (partition, hash, kind, id, authorization_partition, authorization_id, issued_at, expires_at, detail)
  SELECT ${partition}, 't' || n, 'refresh_token', n::text, 0, 'a' || n, now(), ${expiry}, '{}'`;
const authorization = (part: string, partition: number) => `INSERT INTO authorizations_${part}
  (partition, id, client_id, subject, sid, scope, detail, granted_at, expires_at)
  SELECT ${partition}, 'a${partition}.' || n, 'c1', 's' || n, 'sid' || n, '{}', '{}', now(), ${expiry}`;
const interaction = (part: string, partition: number) => `INSERT INTO interactions_${part}
  (partition, id, opened, prompt, answers, expires_at)
  SELECT ${partition}, 'i' || n, '{}', '{}', '{}', ${expiry}`;

/** No part has this number yet: it waits in the default part. */
const nobodys = 5;

const filled = [
  token('unbounded', 0),
  token('default', nobodys),
  authorization('unbounded', 0),
  authorization('default', nobodys),
  interaction('unbounded', 0),
  interaction('default', nobodys),
  `INSERT INTO replays_default (partition, key, expires_at) SELECT ${nobodys}, 'r' || n, ${expiry}`,
  `INSERT INTO attempts (bucket, count, expires_at) SELECT 'b' || n, 1, ${expiry}`,
  `INSERT INTO devices (device_code_hash, user_code, client_id, scope, interval_seconds, early, expires_at)
   SELECT 'd' || n, 'u' || n, 'c1', '{}', 5, false, ${expiry}`,
  `INSERT INTO sessions (sid, secret_hash, subject, amr, auth_time, started_at, expires_at)
   SELECT 'sid' || n, 'h' || n, 's' || n, '{pwd}', now(), now(), ${expiry}`,
  `INSERT INTO session_participants (sid, client_id, joined_at) SELECT 'sid' || n, 'c1', now()`,
  `INSERT INTO outbox (event, data, published_at) SELECT 'keysChanged', '{}', ${expiry}`,
  `INSERT INTO logout_deliveries (sid, client_id, subject, state, since, due_at, handed_at, expires_at)
   SELECT 'sid' || n, 'c2', 's', (ARRAY['pending', 'failed', 'delivered'])[n % 3 + 1], now(), now(), ${expiry}, ${expiry}`,
  `INSERT INTO clients (id, metadata, secrets) SELECT 'c' || n, '{"backchannel_logout_uri": "https://c"}', '[]'`,
  `INSERT INTO accounts (subject, username, claims, updated_at) SELECT 's' || n, 's' || n, '{}', now()`,
].map((insert) => `${insert} FROM generate_series(1, ${rows}) n`);

/** How often a table that has rows was read from end to end, and how often by an index. */
interface Scans {
  readonly table: string;
  readonly whole: number;
  readonly byIndex: number;
}
const scans = `SELECT relname AS table, seq_scan::integer AS whole, coalesce(idx_scan, 0)::integer AS "byIndex"
  FROM pg_stat_xact_user_tables WHERE pg_relation_size(relid) > 0 AND seq_scan + coalesce(idx_scan, 0) > 0`;

/** What PostgreSQL has counted while the work was done by one connection, in functions and foreign keys as well. */
const scansOf = async (planning: string, work: (database: Database) => Promise<unknown>): Promise<Scans[]> => {
  const client = await database.pool.connect();
  try {
    await client.query(`SET plan_cache_mode = ${planning}`);
    await client.query('BEGIN');
    await work({ ...database, run: runOn(client) });
    return (await client.query<Scans>(scans)).rows;
  } finally {
    await client.query('ROLLBACK');
    client.release(true);
  }
};

let server: TestDatabase;
let database: Database;
beforeAll(async () => {
  server = await testDatabase();
  database = await openDatabase({ url: server.url, poolSize: 1, applicationName: 'sweep-plans.spec' });
  await migrate(database);
  for (const statement of filled) await database.pool.query(statement);
  await database.pool.query('ANALYZE');
  // A connection counts what it did before as well, until it has told the server: those that are measured are new ones.
  (await database.pool.connect()).release(true);
}, 60_000);
afterAll(async () => {
  await closeDatabase(database);
  await server.remove();
});

describe.each(['force_custom_plan', 'force_generic_plan'])('nothing is read from end to end (%s)', (planning) => {
  test.each<[string, (database: Database) => Promise<unknown>, readonly string[]]>([
    [
      'what has expired is swept',
      async (on) => expect(await sweep(on, now, 1_000)).toBe(11 * expired),
      [
        ...['tokens', 'authorizations', 'interactions'].flatMap((name) => [`${name}_unbounded`, `${name}_default`]),
        'replays_default',
        'sessions',
        'session_participants',
        'attempts',
        'devices',
        'outbox',
      ],
    ],
    [
      'what the queue has lost is handed out again',
      async (on) => expect((await logoutDeliveryStore(on).overdue(now, 1_000)).length).toBeGreaterThan(10),
      ['logout_deliveries'],
    ],
    [
      'deliveries are forgotten',
      async (on) => expect(await logoutDeliveryStore(on).forget(now, 1_000)).toBe(expired),
      ['logout_deliveries'],
    ],
    [
      'a session ends, with the authorizations of it',
      async (on) =>
        expect(await sessionStore(on).end(`sid${rows}`, 'logout', now)).toMatchObject({
          data: { authorizationIds: [`a0.${rows}`, `a${nobodys}.${rows}`] },
        }),
      ['sessions', 'authorizations_unbounded', 'authorizations_default', 'session_participants', 'clients'],
    ],
  ])('%s', async (_, work, tables) => {
    const read = await scansOf(planning, work);
    expect(read.filter(({ whole }) => whole > 0)).toEqual([]);
    expect(read.map(({ table }) => table)).toEqual(expect.arrayContaining([...tables]));
  });

  test('a scan would be seen', async () => {
    const read = await scansOf(planning, (on) =>
      on.run({ name: 'scan', text: 'DELETE FROM devices WHERE client_id = $1' }, ['nobody']),
    );
    expect(read).toEqual([{ table: 'devices', whole: 1, byIndex: 0 }]);
  });
});
