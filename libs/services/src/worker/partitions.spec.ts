import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { keepPartitions } from '@portico/postgres';
import type { Spawned } from '@portico/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { build, ground, healthOf, run, type Ground } from '../common/processes.fixture.js';

const day = 86_400;
const now = (): number => Math.floor(Date.now() / 1000);

let floor: Ground;
let workers: Spawned[] = [];

beforeAll(async () => {
  await build('worker');
  floor = await ground();
}, 150_000);
afterAll(() => floor.stop(), 60_000);
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop(10_000)));
  workers = [];
}, 30_000);

const startWorker = (): Spawned => {
  const worker = run('worker', floor.environment);
  workers.push(worker);
  return worker;
};

const parts = async (): Promise<string[]> => {
  const { rows } = await floor.database.pool.query<{ name: string }>(
    // Those of the audit log are kept for longer.
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits
     WHERE inhparent::regclass::text NOT LIKE 'audit_events%' ORDER BY name`,
  );
  return rows.map(({ name }) => name);
};

const until = async (is: () => Promise<boolean>): Promise<void> => {
  for (const giveUpAt = Date.now() + 100_000; Date.now() < giveUpAt;) {
    if (await is()) return;
    await pause(50);
  }
  throw new Error('it did not come to that within 100 s');
};

/** Whoever drops a table stands between that and its commit, as long as there is a table of this name. */
const standing = [
  'CREATE TABLE standing ()',
  `CREATE FUNCTION stand() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN WHILE to_regclass('standing') IS NOT NULL LOOP PERFORM pg_sleep(0.1); END LOOP; END $$`,
  `CREATE EVENT TRIGGER stands ON sql_drop WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION stand()`,
];
/** Is there a worker that stands so? */
const stands = async (): Promise<boolean> => {
  const { rows } = await floor.database.pool.query(
    `SELECT 1 FROM pg_stat_activity WHERE application_name = 'portico-worker' AND wait_event = 'PgSleep'
     AND query ~ '^DROP TABLE'`,
  );
  return rows.length > 0;
};

it('a worker that is killed in the middle of a change has lost nothing; of two others one finishes', async () => {
  const alive = await parts();
  for (const ago of [45, 40, 35]) await keepPartitions(floor.database, now() - ago * day);
  expect(await parts()).not.toEqual(alive);

  for (const statement of standing) await floor.database.pool.query(statement);
  const first = startWorker();
  await until(stands);
  first.kill('SIGKILL');
  await first.exited;
  await floor.database.pool.query('DROP EVENT TRIGGER stands');
  await floor.database.pool.query('DROP TABLE standing');
  expect(await parts()).not.toEqual(alive);

  const others = [startWorker(), startWorker()];
  for (const other of others) await healthOf(other);
  await until(async () => (await parts()).join() === alive.join());
  const { rows } = await floor.database.pool.query(
    `SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relispartition
     AND relname ~ '^(tokens|authorizations|interactions|replays|audit_events)_'`,
  );
  expect(rows).toEqual([]);
}, 240_000);
