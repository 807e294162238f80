import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { connectNats, natsBus, type Nats } from '@portico/bus';
import { loadConfig } from '@portico/config';
import { endpoints } from '@portico/contracts';
import { systemClock } from '@portico/endpoint';
import { announceKeys, generateKey, keyStateAt, revokeKey, signingAlgorithm, type StoredKey } from '@portico/jwt';
import { keyStore, registrations } from '@portico/postgres';
import { get, type Spawned } from '@portico/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { build, ground, healthOf, run, type Ground } from '../common/processes.fixture.js';
import { sealKeysOf } from '../common/secret.js';
import { runCli } from '../cli/run.js';

let floor: Ground;
let nats: Nats;
let processes: Spawned[] = [];

beforeAll(async () => {
  await build('worker');
  await build('token');
  floor = await ground();
  nats = await connectNats({ url: floor.nats.url, name: 'spec' });
}, 200_000);
afterAll(async () => {
  await nats.close();
  await floor.stop();
}, 60_000);

const needs = () => {
  const { PORTICO_SECRET: secret } = loadConfig(floor.environment);
  const { keys: sealKey } = sealKeysOf({ secret: secret! });
  return { keys: keyStore(floor.database), sealKey, clock: systemClock };
};
const start = (app: 'worker' | 'token', more: Record<string, string> = {}): Spawned => {
  const started = run(app, { ...floor.environment, ...more });
  processes.push(started);
  return started;
};
const stored = (): Promise<StoredKey[]> => keyStore(floor.database).list();
const inState = async (state: string): Promise<string[]> =>
  (await stored())
    .filter((key) => keyStateAt(key, systemClock()) === state)
    .map(({ alg }) => alg)
    .sort();
const untilSo = async (isSo: () => Promise<boolean>, deadlineMs = 15_000): Promise<void> => {
  for (const giveUpAt = Date.now() + deadlineMs; !(await isSo());) {
    if (Date.now() > giveUpAt) throw new Error('not so in time');
    await pause(50);
  }
};
const everyAlgorithm = [...signingAlgorithm.options].sort();

/** Keys whose time is over, as a worker finds them. */
beforeEach(async () => {
  const settings = { key_rotation_seconds: 1_000_000, key_announce_seconds: 60 };
  await registrations(floor.database).save([], [], settings);
  const long = systemClock() - 2_000_000;
  const keys = await Promise.all(signingAlgorithm.options.map((alg) => generateKey(alg, needs().sealKey, long)));
  await keyStore(floor.database).change(() => keys, systemClock());
}, 30_000);
afterEach(async () => {
  await Promise.all(processes.map((one) => one.stop(10_000)));
  processes = [];
}, 30_000);

it('two workers at once announce one successor of each key', async () => {
  const both = [start('worker'), start('worker')];
  for (const worker of both) await healthOf(worker);
  await untilSo(async () => (await inState('announced')).length > 0);
  await pause(2_000);
  expect(await inState('announced')).toEqual(everyAlgorithm);
  expect(await inState('signing')).toEqual(everyAlgorithm);
}, 60_000);

it('a worker that is killed between making keys and storing them leaves nothing; the next one announces each once', async () => {
  const before = await stored();
  const blocker = await floor.database.pool.connect();
  blocker.on('error', () => undefined);
  await blocker.query('BEGIN; LOCK TABLE keys IN SHARE ROW EXCLUSIVE MODE');
  const first = start('worker');
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'portico-worker'
    AND wait_event_type = 'Lock' AND query LIKE 'LOCK TABLE keys%'`;
  await untilSo(async () => ((await floor.database.pool.query(waiting)).rowCount ?? 0) > 0, 40_000);
  first.kill('SIGKILL');
  await first.exited;
  blocker.release(true);
  await pause(500);
  expect(await stored()).toEqual(before);

  await healthOf(start('worker'));
  await untilSo(async () => (await inState('announced')).length > 0, 45_000);
  expect(await inState('announced')).toEqual(everyAlgorithm);
  expect(await inState('signing')).toEqual(everyAlgorithm);
}, 90_000);

const published = async (): Promise<string[]> => {
  const reply = await natsBus(nats).call(endpoints.jwks, get());
  if (reply.kind !== 'json') throw new Error('no key set');
  return (reply.body.keys as { kid: string }[]).map(({ kid }) => kid).sort();
};

it('OpenID Connect Core 1.0 §10.1.1: a service hears of a change at once, and goes on with what it holds while PostgreSQL is away', async () => {
  await healthOf(start('worker'));
  await untilSo(async () => (await inState('announced')).length === 4);
  await healthOf(start('token'));
  const before = await published();
  expect(before).toEqual((await stored()).map(({ kid }) => kid).sort());

  const [gone] = await stored();
  const policy = { rotationSeconds: 1_000_000, announceSeconds: 60, longestTokenSeconds: 0 };
  const changedAt = Date.now();
  await revokeKey(gone!.kid, policy, needs());
  await untilSo(async () => !(await published()).includes(gone!.kid));
  expect(Date.now() - changedAt).toBeLessThan(2_000);
  await announceKeys({ algorithms: signingAlgorithm.options, announceSeconds: 60 }, policy, needs());
  await untilSo(async () => (await published()).length === 8);

  await floor.stopPostgres();
  const held = await published();
  await pause(6_000);
  expect(await published()).toEqual(held);
  await floor.startPostgres();
  await untilSo(async () => revokeKey(held[0]!, policy, needs()).catch(() => false), 20_000);
  await untilSo(async () => !(await published()).includes(held[0]!));
}, 90_000);

it('NIST SP 800-57 Part 1 §5.3.6: a new secret of the installation, with the one before until all is sealed anew', async () => {
  const before = floor.environment.PORTICO_SECRET ?? '';
  const both = { PORTICO_SECRET: 'another secret of the installation, for tests', PORTICO_SECRET_PREVIOUS: before };
  const { PORTICO_SECRET_PREVIOUS: _, ...renewed } = both;
  const first = start('token');
  await healthOf(first);
  const kids = await published();

  const wrong = start('token', renewed);
  await wrong.waitFor(/does not open with this PORTICO_SECRET/, 30_000);
  expect(await wrong.exited).toBe(1);
  await healthOf(start('token', both));
  const said = { out: '', err: '' };
  const code = await runCli(['keys', 'reseal'], {
    stdout: { write: (text) => (said.out += text) },
    stderr: { write: (text) => (said.err += text) },
    env: { ...floor.environment, ...both },
  });
  expect({ code, err: said.err }).toEqual({ code: 0, err: '' });
  // Four signing keys, the password key, and two that outlive the secret.
  expect(said.out).toMatch(/^Sealed anew: 7\./);
  for (const answer of await Promise.all(Array.from({ length: 10 }, published))) expect(answer).toEqual(kids);
  await first.stop(10_000);
  await healthOf(start('token', renewed));
  expect(await published()).toEqual(kids);
  const old = start('token');
  await old.waitFor(/does not open with this PORTICO_SECRET/, 30_000);

  const back = { ...floor.environment, PORTICO_SECRET_PREVIOUS: both.PORTICO_SECRET };
  const quiet = { write: () => undefined };
  expect(await runCli(['keys', 'reseal'], { stdout: quiet, stderr: quiet, env: back })).toBe(0);
}, 120_000);
