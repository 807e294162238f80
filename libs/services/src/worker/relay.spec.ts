import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { connectNats, type Nats } from '@portico/bus';
import { drainedSchema, drainedSubject, type Drained } from '@portico/contracts';
import type { Spawned } from '@portico/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { build, ground, healthOf, run, type Ground } from '../common/processes.fixture.js';

const stream = 'PORTICO_EVENTS';

let floor: Ground;
let nats: Nats;
let workers: Spawned[] = [];

beforeAll(async () => {
  await build('worker');
  floor = await ground();
  nats = await connectNats({ url: floor.nats.url, name: 'spec' });
}, 150_000);
afterAll(async () => {
  await nats.close();
  await floor.stop();
}, 60_000);
/** Each test has an empty outbox and an empty stream. */
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop(10_000)));
  workers = [];
  await floor.database.pool.query('DELETE FROM outbox');
  await (await nats.connection.jetstreamManager()).streams.delete(stream);
}, 30_000);

const startWorker = (): Spawned => {
  const worker = run('worker', floor.environment);
  workers.push(worker);
  return worker;
};

/** Puts facts into the outbox, as many stores do. */
const append = async (count: number): Promise<void> => {
  await floor.database.pool.query(
    `INSERT INTO outbox (event, data) SELECT 'tokenRevoked',
       jsonb_build_object('tokenId', n::text, 'authorizationId', 'a', 'clientId', 'c', 'at', 1)
     FROM generate_series(1, $1::integer) n`,
    [count],
  );
};

const untilEmpty = async (): Promise<void> => {
  const waiting = 'SELECT count(*)::integer AS count FROM outbox WHERE published_at IS NULL';
  for (const giveUpAt = Date.now() + 40_000; Date.now() < giveUpAt;) {
    await pause(50);
    const { rows } = await floor.database.pool.query<{ count: number }>(waiting);
    if (rows[0]?.count === 0) return;
  }
  throw new Error('the outbox was not published within 40 s');
};

const lastSequence = async (): Promise<number> => {
  const manager = await nats.connection.jetstreamManager();
  return manager.streams.info(stream).then(
    ({ state }) => state.last_seq,
    () => 0,
  );
};

/** The ids of the events that NATS keeps for the services, in their order there. */
const published = async (): Promise<string[]> => {
  const manager = await nats.connection.jetstreamManager();
  const sequences = Array.from({ length: await lastSequence() }, (_, index) => index + 1);
  const messages = await Promise.all(sequences.map((seq) => manager.streams.getMessage(stream, { seq })));
  return messages.map((message) => message.json<{ id: string }>().id);
};

const appended = async (): Promise<string[]> => {
  const { rows } = await floor.database.pool.query<{ id: string }>('SELECT id FROM outbox ORDER BY position');
  return rows.map(({ id }) => id);
};

it('a worker that is killed in the middle has lost nothing, and the order holds', async () => {
  await append(4_000);
  const first = startWorker();
  while ((await lastSequence()) < 300) await pause(2);
  first.kill('SIGKILL');
  await first.exited;
  expect(await lastSequence()).toBeLessThan(4_000);

  startWorker();
  await untilEmpty();
  expect(await published()).toEqual(await appended());
}, 90_000);

it('two workers at once publish every event', async () => {
  const both = [startWorker(), startWorker()];
  for (const worker of both) await healthOf(worker);
  await Promise.all([append(500), append(500), append(500)]);
  await untilEmpty();
  expect((await published()).sort()).toEqual((await appended()).sort());
}, 90_000);

it('while NATS is away the facts wait; when it is back they are published', async () => {
  await healthOf(startWorker());
  await append(1);
  await untilEmpty();
  await floor.nats.kill();
  await append(20);
  await pause(3_000);
  await floor.nats.restart();
  await untilEmpty();
  await nats.whenConnected(5_000);
  expect(await published()).toEqual(await appended());
}, 90_000);

it('of two workers each is killed in turn: the other goes on at once, and the order holds', async () => {
  const both = [startWorker(), startWorker()];
  for (const worker of both) await healthOf(worker);
  await append(3_000);
  while ((await lastSequence()) < 100) await pause(2);
  both[0]!.kill('SIGKILL');
  await both[0]!.exited;
  await healthOf(startWorker());
  const before = await lastSequence();
  while ((await lastSequence()) < Math.min(before + 100, 3_000)) await pause(2);
  both[1]!.kill('SIGKILL');
  await both[1]!.exited;
  await untilEmpty();
  expect(await published()).toEqual(await appended());
}, 90_000);

it('while nothing waits each of two says so, four times a second; and no longer once it is killed', async () => {
  const told: Drained[] = [];
  const heard = nats.connection.subscribe(drainedSubject, {
    callback: (_, message) => void told.push(drainedSchema.parse(message.json())),
  });
  const both = [startWorker(), startWorker()];
  for (const worker of both) await healthOf(worker);
  await append(3);
  await untilEmpty();
  told.length = 0;
  await pause(2_000);
  expect(told.length).toBeGreaterThanOrEqual(4);
  expect(told.length).toBeLessThanOrEqual(20);
  expect(new Set(told.map(({ sequence }) => sequence))).toEqual(new Set([await lastSequence()]));
  for (const worker of both) worker.kill('SIGKILL');
  for (const worker of both) await worker.exited;
  told.length = 0;
  await pause(1_000);
  expect(told).toEqual([]);
  heard.unsubscribe();
}, 90_000);

it('a fact is published as it arrives, and not at the next tick', async () => {
  await healthOf(startWorker());
  await append(1);
  await untilEmpty();
  await pause(100);
  const beganAt = Date.now();
  await append(1);
  while ((await lastSequence()) < 2) await pause(2);
  expect(Date.now() - beganAt).toBeLessThan(500);
}, 60_000);
