import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { basic, startRedis, type OwnServer } from '@portico/testing';
import { decodeJwt } from 'jose';
import { declare } from './discovered.js';
import { httpBrowser } from './http-browser.js';
import { logoutReceiver, type LogoutReceiver } from './logout-receiver.js';
import { secret } from './setup/declaration.js';
import { start, stopAll, type Running } from './setup/topology.js';

const clientId = 'queue-crash';
const redirectUri = `https://${clientId}.example.test/cb`;

let storeDir: string;
let redis: OwnServer;
let provider: Running;
let receiver: LogoutReceiver;
beforeAll(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'portico-'));
  [redis, receiver] = await Promise.all([startRedis({ storeDir }), logoutReceiver()]);
  provider = await start(['tools/services.js'], { QUEUE_URL: redis.url });
  const client = {
    client_id: clientId,
    client_secret: secret,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid offline_access',
    consent: 'skip',
    backchannel_logout_uri: receiver.uri,
  };
  expect(await declare({ clients: [client] }, provider)).toBe('');
}, 180_000);
afterAll(async () => {
  await stopAll();
  receiver.close();
  await redis.stop();
  await rm(storeDir, { recursive: true, force: true });
}, 60_000);

const send = async (path: string, form: Record<string, string>) => {
  const response = await fetch(`${provider.issuer}${path}`, {
    method: 'POST',
    headers: basic(clientId, secret),
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(15_000),
  });
  return (await response.json()) as Record<string, string>;
};

/** A sign-in, everything that tokens are for, and the logout; answers the session. */
const wholeVisit = async (): Promise<string> => {
  const browser = httpBrowser(new URL(provider.issuer).origin);
  const query = { client_id: clientId, response_type: 'code', scope: 'openid offline_access', prompt: 'consent' };
  const url = `${provider.issuer}/auth?${String(new URLSearchParams({ ...query, redirect_uri: redirectUri }))}`;
  const code = new URL((await browser.through(await browser.open(url))).url).searchParams.get('code') ?? '';
  const tokens = await send('/token', { grant_type: 'authorization_code', code, redirect_uri: redirectUri });
  const { refresh_token = '', id_token = '' } = tokens;
  const { access_token: token = '' } = await send('/token', { grant_type: 'refresh_token', refresh_token });
  expect(await send('/token/introspection', { token })).toMatchObject({ active: true });
  const { status } = await browser.open(`${provider.issuer}/session/end?id_token_hint=${id_token}`);
  expect(status).toBe(200);
  return String(decodeJwt(id_token).sid);
};

it('while Redis is away people sign in and out, and tokens are issued; when it is back, every logout is told', async () => {
  const told = [await wholeVisit()];
  await receiver.tokenOf(told[0]!);
  await redis.kill();
  for (let visits = 0; visits < 5; visits += 1) told.push(await wholeVisit());
  await pause(1_000);
  expect(receiver.posted).toHaveLength(1);
  await redis.restart();
  for (const giveUpAt = Date.now() + 90_000; receiver.posted.length < told.length && Date.now() < giveUpAt;)
    await pause(100);
  expect(receiver.posted.map(({ token }) => String(decodeJwt(token).sid)).sort()).toEqual([...told].sort());
}, 240_000);

/** How often the worker has done a task. */
const doneOf = async (task: string): Promise<number> => {
  const services = JSON.parse(await readFile(join(provider.dataDir, 'services.json'), 'utf8')) as {
    readonly worker: { readonly health: string };
  };
  const metrics = await (await fetch(`${services.worker.health}/metrics`)).text();
  return Number(new RegExp(`\\nportico_jobs_total\\{task="${task}",outcome="done"\\} (\\d+)`).exec(metrics)?.[1] ?? 0);
};

it('Redis comes back without its data: what is repeated goes on, and the logout that it had is told', async () => {
  receiver.answers.push(503);
  const sid = await wholeVisit();
  await receiver.tokenOf(sid);
  await redis.kill();
  await rm(join(storeDir, 'appendonlydir'), { recursive: true });
  const posted = receiver.posted.length;
  const tasks = ['sweep', 'partitions', 'rotateKeys', 'logoutSweep'];
  const before = await Promise.all(tasks.map(doneOf));
  await redis.restart();
  const ticked = async () => (await Promise.all(tasks.map(doneOf))).every((done, index) => done > before[index]!);
  for (const giveUpAt = Date.now() + 75_000; !(await ticked()) && Date.now() < giveUpAt;) await pause(100);
  expect(await ticked()).toBe(true);
  for (const giveUpAt = Date.now() + 120_000; receiver.posted.length === posted && Date.now() < giveUpAt;)
    await pause(100);
  expect(receiver.posted.slice(posted).map(({ token }) => String(decodeJwt(token).sid))).toEqual([sid]);
}, 300_000);
