import { afterEach, expect, it } from '@jest/globals';
import { loadConfig } from '@portico/config';
import { localTransport, startNatsWith } from '@portico/local';
import { freePort, startNats, type OwnServer, type Spawned } from '@portico/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { build, healthOf, run } from '../common/processes.fixture.js';
import type { Boot } from '../common/boot.js';
import { openLog } from '../common/logging.js';
import { newMetrics } from '../common/metrics/metrics.js';
import { openGateway } from './boot.js';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const ready = async (url: string): Promise<{ status: number; missing?: string[] | undefined }> => {
  const answer = await fetch(`${url}/health/ready`);
  const { missing } = (await answer.json()) as { missing?: string[] };
  return { status: answer.status, missing };
};
/** Waits for it: what it says is a second old at most. */
const becomes = async (url: string, status: number): Promise<void> => {
  const giveUpAt = Date.now() + 20_000;
  while ((await ready(url).catch(() => undefined))?.status !== status) {
    if (Date.now() > giveUpAt) throw new Error(`${url} does not become ${status}`);
    await pause(50);
  }
};

const startGateway = async (nats: OwnServer, natsUrl = nats.url) => {
  await build('gateway');
  const port = String(await freePort());
  const gateway: Spawned = run('gateway', { NATS_URL: natsUrl, PORTICO_PORT: port, PORTICO_DRAIN_SECONDS: '0' });
  closers.push(() => {
    gateway.kill('SIGTERM');
    return gateway.exited;
  });
  return { url: `http://127.0.0.1:${port}`, health: await healthOf(gateway), gateway };
};

it('a gateway that has lost NATS stays ready, and says 503 itself: RFC 9110 §15.6.4, RFC 6749 §4.1.2.1', async () => {
  const nats = await startNats();
  closers.push(() => nats.stop());
  const { url, health, gateway } = await startGateway(nats);
  await nats.kill();
  await gateway.waitFor(/disconnected/, 5_000);
  const answer = await fetch(`${url}/oidc/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'x' }) });
  expect([answer.status, Number(answer.headers.get('retry-after')) > 0]).toEqual([503, true]);
  expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' });
  const page = await fetch(`${url}/oidc/auth?client_id=x`, { headers: { accept: 'text/html' } });
  expect([page.status, Number(page.headers.get('retry-after')) > 0]).toEqual([503, true]);
  expect(page.headers.get('content-type')).toMatch(/^text\/html/);
  // What the probes say is a second old at most, and more than two have passed.
  for (const port of [url, health]) expect(await ready(port)).toEqual({ status: 200 });
}, 150_000);

it('a gateway whose password NATS refuses is not ready: another one may have the right one', async () => {
  const environment = { NATS_GATEWAY_PASSWORD: 'p-before' };
  const text = 'authorization { users: [{ user: "gateway", password: $NATS_GATEWAY_PASSWORD }] }\n';
  const nats = await startNatsWith({ text, environment });
  closers.push(() => nats.stop());
  const { health } = await startGateway(nats, nats.url.replace('//', '//gateway:p-before@'));
  expect(await ready(health)).toEqual({ status: 200 });
  environment.NATS_GATEWAY_PASSWORD = 'p-after';
  await nats.restart();
  await becomes(health, 503);
  expect(await ready(health)).toEqual({ status: 503, missing: ['bus'] });
  environment.NATS_GATEWAY_PASSWORD = 'p-before';
  await nats.restart();
  await becomes(health, 200);
}, 150_000);

it('a gateway is not ready before its public port listens', async () => {
  const [port, probes] = [await freePort(), await freePort()];
  const config = loadConfig({
    PORTICO_PORT: String(port),
    PORTICO_HEALTH_PORT: String(probes),
    PORTICO_LOG_LEVEL: 'silent',
  });
  const boot: Boot = {
    name: 'gateway',
    config,
    log: openLog(config, 'gateway'),
    metrics: newMetrics(),
    stopping: new AbortController().signal,
    atEnd: (close) => void closers.push(close),
  };
  let mayListen = (): void => undefined;
  const held = new Promise<void>((resolve) => (mayListen = resolve));
  class Slow {
    onModuleInit = () => held;
  }
  const opening = openGateway(boot, {
    bus: localTransport().bus,
    parts: [],
    imports: [{ module: Slow, providers: [] }],
  });
  const health = `http://127.0.0.1:${probes}`;
  await becomes(health, 503);
  expect(await ready(health)).toEqual({ status: 503, missing: ['public'] });
  await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
  mayListen();
  await opening;
  await becomes(health, 200);
  expect(await ready(`http://127.0.0.1:${port}`)).toEqual({ status: 200 });
}, 30_000);
