import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { freePort, type Spawned } from '@portico/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../cli/run.js';
import { build, healthOf, run } from '../common/processes.fixture.js';

let folder: string;
let running: Spawned | undefined;
beforeAll(async () => {
  await build('standalone');
  folder = await mkdtemp(join(tmpdir(), 'portico-'));
}, 120_000);
afterEach(async () => {
  await running?.stop(10_000);
}, 30_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
}, 30_000);

const start = async () => {
  const origin = `http://127.0.0.1:${await freePort()}`;
  running = run('standalone', { PORTICO_PORT: new URL(origin).port, PORTICO_DATA_DIR: folder });
  const health = await healthOf(running);
  expect(health).not.toBe(origin);
  return { process: running, origin, health };
};

const keysOf = async (origin: string) => (await fetch(`${origin}/oidc/.well-known/jwks.json`)).text();

it('starts the whole provider on an empty folder, says how to use it, and ends with everything it has started', async () => {
  const { process: standalone, origin, health } = await start();
  await standalone.waitFor(new RegExp(`Try it +${origin}/`), 5_000);
  await standalone.waitFor(/Sign in +alice/, 5_000);
  const answers = await Promise.all(['/', '/health/live', '/health/ready'].map((path) => fetch(origin + path)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  // What a process tells of itself in numbers is not for the public.
  expect((await fetch(`${origin}/metrics`)).status).toBe(404);
  const told = await Promise.all(['/metrics', '/health/live', '/health/ready'].map((path) => fetch(health + path)));
  expect(told.map(({ status }) => status)).toEqual([200, 200, 200]);
  const keys = await keysOf(origin);

  const line = await standalone.waitFor(/PostgreSQL runs/, 1_000);
  const postgres = Number(/process (\d+)/.exec(line)?.[1]);
  standalone.kill('SIGINT');
  expect(await standalone.exited).toBe(0);
  expect(() => process.kill(postgres, 0)).toThrow('ESRCH');

  const again = await start();
  expect(await keysOf(again.origin)).toEqual(keys);
}, 90_000);

it('OpenID Connect Core 1.0 §10.1.1: what the command line does to keys is published at once', async () => {
  const { origin } = await start();
  const publishedKids = async () => {
    const { keys } = JSON.parse(await keysOf(origin)) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };
  const quiet = { write: () => undefined };
  // More than one reading by itself would find within that time.
  for (const leaked of (await publishedKids()).slice(0, 3)) {
    const io = { stdout: quiet, stderr: quiet, env: { PORTICO_DATA_DIR: folder } };
    expect(await runCli(['keys', 'revoke', leaked], io)).toBe(0);
    const changedAt = Date.now();
    while ((await publishedKids()).includes(leaked)) expect(Date.now() - changedAt).toBeLessThan(1_500);
  }
  expect(await publishedKids()).toHaveLength(4);
}, 60_000);
