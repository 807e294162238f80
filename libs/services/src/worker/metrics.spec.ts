import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@portico/endpoint';
import { closeDatabase, migrate, openDatabase, type Database } from '@portico/postgres';
import { testDatabase, type TestDatabase } from '@portico/testing';
import { newMetrics, type Metrics } from '../common/metrics/metrics.js';
import { countingJobs, countPartitions, measureBacklogs, measureFollowers, measureQueue } from './metrics.js';

const lines = async (metrics: Metrics, name: string): Promise<string[]> =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith(name));

describe('what waits in the database', () => {
  let server: TestDatabase;
  let database: Database;
  let metrics: Metrics;
  beforeAll(async () => {
    server = await testDatabase();
    database = await openDatabase({ url: server.url, poolSize: 2, applicationName: 'metrics.spec' });
    await migrate(database);
  }, 60_000);
  afterAll(async () => {
    await closeDatabase(database);
    await server.remove();
  });
  beforeEach(async () => {
    await database.pool.query('TRUNCATE outbox, logout_deliveries');
    metrics = newMetrics();
    measureBacklogs(metrics, database);
  });

  it('is nothing in the beginning', async () => {
    expect(await lines(metrics, 'portico_outbox')).toEqual([
      'portico_outbox_waiting 0',
      'portico_outbox_lag_seconds 0',
    ]);
  });

  it('facts that are not published, and since when the oldest is true', async () => {
    await database.pool.query(
      `INSERT INTO outbox (event, data, published_at) SELECT 'keysChanged', jsonb_build_object('at', $1::bigint - age),
         CASE WHEN age > 100 THEN now() END FROM unnest('{1000,70,5}'::integer[]) age`,
      [systemClock()],
    );
    const [waiting, lag = ''] = await lines(metrics, 'portico_outbox');
    expect(waiting).toBe('portico_outbox_waiting 2');
    expect(Number(lag.split(' ')[1]) - 70).toBeGreaterThanOrEqual(0);
    expect(Number(lag.split(' ')[1]) - 70).toBeLessThan(5);
  });

  it('logouts of which clients are not told', async () => {
    await database.pool.query(
      `INSERT INTO logout_deliveries (sid, client_id, subject, state, since, due_at, handed_at, expires_at)
         SELECT 'sid', 'client' || n, 'subject', state, now(), now(), now(), now()
         FROM unnest('{pending,failed,failed,delivered}'::text[]) WITH ORDINALITY AS all_states(state, n)`,
    );
    expect(await lines(metrics, 'portico_logout')).toEqual([
      'portico_logout_deliveries{state="pending"} 1',
      'portico_logout_deliveries{state="failed"} 2',
    ]);
  });

  it('is left out while the database is away, and that is counted', async () => {
    const gone = await openDatabase({ url: server.url, poolSize: 1, applicationName: 'gone' });
    await closeDatabase(gone);
    const others = newMetrics();
    measureBacklogs(others, gone);
    expect(await lines(others, 'portico_outbox')).toEqual([]);
    expect(await lines(others, 'portico_samples')).toContain('portico_samples_failed_total{sample="outbox"} 1');
  });
});

it('tells how deep the queue is', async () => {
  const metrics = newMetrics();
  measureQueue(metrics, { depth: () => Promise.resolve([{ lane: 'deliveries', state: 'failed', jobs: 4 }]) });
  expect(await lines(metrics, 'portico_queue')).toEqual(['portico_queue_jobs{lane="deliveries",state="failed"} 4']);
});

it('tells how far each follower is behind', async () => {
  const metrics = newMetrics();
  measureFollowers(metrics, ({ event }) => Promise.resolve(event === 'sessionEnded' ? 2 : 0));
  expect(await lines(metrics, 'portico_bus_event_backlog')).toEqual([
    'portico_bus_event_backlog{follower="logout-sessionEnded"} 2',
    'portico_bus_event_backlog{follower="logout-subjectRevoked"} 0',
  ]);
});

it('counts how each job ends, and when it was last done', async () => {
  const metrics = newMetrics();
  const done = (): Promise<void> => Promise.resolve();
  const counted = countingJobs(metrics, {
    sweep: done,
    partitions: done,
    logoutSweep: done,
    rotateKeys: (): Promise<void> => Promise.reject(new Error('no')),
    logoutDelivery: () => Promise.resolve({ againInMs: 5 }),
  });
  await counted.sweep({});
  await expect(counted.rotateKeys({})).rejects.toThrow('no');
  expect(await counted.logoutDelivery({ sid: 's', clientId: 'c' })).toEqual({ againInMs: 5 });
  expect(await lines(metrics, 'portico_jobs_total')).toEqual([
    'portico_jobs_total{task="sweep",outcome="done"} 1',
    'portico_jobs_total{task="rotateKeys",outcome="failed"} 1',
    'portico_jobs_total{task="logoutDelivery",outcome="again"} 1',
  ]);
  const [at = '', ...more] = await lines(metrics, 'portico_job_last_done');
  expect(at).toMatch(/task="sweep"} \d{10}$/);
  expect(more).toEqual([]);
});

it('counts what is done to the parts of tables, and what is left because somebody holds them', async () => {
  const metrics = newMetrics();
  const count = countPartitions(metrics);
  count({ created: 2, dropped: 0, rescued: 0, left: 1 });
  count({ created: 0, dropped: 3, rescued: 0, left: 1 });
  expect(await lines(metrics, 'portico_partitions')).toEqual([
    'portico_partitions_total{change="created"} 2',
    'portico_partitions_total{change="dropped"} 3',
    'portico_partitions_total{change="rescued"} 0',
    'portico_partitions_total{change="left"} 2',
  ]);
});
