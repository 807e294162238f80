import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@portico/testing';
import { countedAtMost } from './backlog.js';
import { closeDatabase, logoutBacklog, migrate, openDatabase, outboxBacklog, type Database } from './index.js';

const now = 1_800_000_000;
const facts = `INSERT INTO outbox (event, data, published_at)
  SELECT 'keysChanged', jsonb_build_object('at', $1::bigint + n), $3::timestamptz FROM generate_series(1, $2::integer) n`;

describe('what waits', () => {
  let server: TestDatabase;
  let database: Database;
  const ask = (text: string, values: unknown[] = []) => database.pool.query<{ 'QUERY PLAN': string }>(text, values);

  beforeAll(async () => {
    server = await testDatabase();
    database = await openDatabase({ url: server.url, poolSize: 2, applicationName: 'backlog.spec' });
    await migrate(database);
    await ask(facts, [now - 100_000, 30_000, new Date()]);
    await ask(
      `INSERT INTO logout_deliveries (sid, client_id, subject, state, since, due_at, handed_at, expires_at)
         SELECT 'sid' || n, 'client', 'subject', 'delivered', now(), now(), now(), now() FROM generate_series(1, 30000) n`,
    );
    await ask('ANALYZE');
  }, 60_000);
  afterAll(async () => {
    await closeDatabase(database);
    await server.remove();
  });

  test('is nothing where everything was published and delivered', async () => {
    expect(await outboxBacklog(database)).toEqual({ waiting: 0 });
    expect(await logoutBacklog(database)).toEqual({ pending: 0, failed: 0 });
  });

  test.each([
    ['outbox', 'SELECT FROM outbox WHERE published_at IS NULL LIMIT 10000'],
    ['outbox', `SELECT data->>'at' FROM outbox WHERE published_at IS NULL ORDER BY position LIMIT 1`],
    ['logout_deliveries', `SELECT FROM logout_deliveries WHERE state = 'pending' LIMIT 10000`],
    ['logout_deliveries', `SELECT FROM logout_deliveries WHERE state = 'failed' LIMIT 10000`],
  ])('is found in %s without reading what is done: %s', async (table, statement) => {
    const { rows } = await ask(`EXPLAIN ${statement}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toContain(`Seq Scan on ${table}`);
  });

  test('is counted, and the oldest found; more than a bound are not counted', async () => {
    await ask(facts, [now, 3, null]);
    expect(await outboxBacklog(database)).toEqual({ waiting: 3, oldestAt: now + 1 });
    await ask(facts, [now + 10, countedAtMost, null]);
    expect(await outboxBacklog(database)).toEqual({ waiting: countedAtMost, oldestAt: now + 1 });
    await ask(`UPDATE logout_deliveries SET state = 'failed' WHERE sid IN ('sid1', 'sid2')`);
    await ask(`UPDATE logout_deliveries SET state = 'pending' WHERE sid = 'sid3'`);
    expect(await logoutBacklog(database)).toEqual({ pending: 1, failed: 2 });
  });
});
