import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freePort, startNats, type OwnServer } from '@portico/testing';
import { Agent, get, type IncomingMessage } from 'node:http';
import { build, healthOf, run } from '../common/processes.fixture.js';

let nats: OwnServer;
beforeAll(async () => {
  await build('gateway');
  nats = await startNats();
}, 120_000);
afterAll(() => nats.stop());

const ask = (url: string, agent: Agent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(url, { agent }, (response) => response.resume().once('end', () => resolve(response))).once('error', reject);
  });

it('RFC 9112 §9.6: a gateway that is told to stop is not ready, answers on until it was noticed, and ends each connection', async () => {
  const port = String(await freePort());
  const gateway = run('gateway', { NATS_URL: nats.url, PORTICO_PORT: port, PORTICO_DRAIN_SECONDS: '2' });
  await healthOf(gateway);
  const url = `http://127.0.0.1:${port}`;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const before = await ask(`${url}/health/ready`, agent);
  expect([before.statusCode, before.headers.connection]).toEqual([200, 'keep-alive']);
  gateway.kill('SIGTERM');
  const begun = Date.now();
  await gateway.waitFor(/"msg":"stopping"/, 5_000);
  const kept = await ask(`${url}/nowhere`, agent);
  expect([kept.statusCode, kept.headers.connection]).toEqual([404, 'close']);
  const ready = await ask(`${url}/health/ready`, agent);
  expect([ready.statusCode, ready.headers.connection]).toEqual([503, 'close']);
  expect(await gateway.exited).toBe(0);
  expect(Date.now() - begun).toBeGreaterThanOrEqual(2_000);
  await expect(ask(`${url}/health/ready`, agent)).rejects.toThrow('ECONNREFUSED');
}, 60_000);
