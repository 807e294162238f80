import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectNats, natsBus, type Nats } from '@portico/bus';
import { endpoints, type Bus } from '@portico/contracts';
import { migrate } from '@portico/postgres';
import { basic, freePort, get, post, type Spawned } from '@portico/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { build, ground, run, type Ground } from './processes.fixture.js';

let floor: Ground;
let nats: Nats;
let bus: Bus;
const services: Spawned[] = [];
/** A token service, and where its probes are. */
const start = async () => {
  const port = await freePort();
  const service = run('token', { ...floor.environment, PORTICO_HEALTH_PORT: String(port) });
  services.push(service);
  return { service, url: `http://127.0.0.1:${port}` };
};
const stopAll = () => Promise.all(services.splice(0).map((service) => service.stop(10_000)));

beforeAll(async () => {
  await build('token');
  floor = await ground({ migrated: false });
  nats = await connectNats({ url: floor.nats.url, name: 'spec' });
  bus = natsBus(nats);
}, 150_000);

afterAll(async () => {
  await stopAll();
  await nats.close();
  await floor.stop();
}, 60_000);

const probe = async (url: string, path = 'ready') => {
  const response = await fetch(`${url}/health/${path}`, { signal: AbortSignal.timeout(5_000) });
  return { status: response.status, body: (await response.json()) as { missing?: string[] } };
};

const untilStatus = async (url: string, status: number, deadlineMs = 15_000) => {
  for (const giveUpAt = Date.now() + deadlineMs; Date.now() < giveUpAt;) {
    await pause(100);
    const answer = await probe(url).catch(() => undefined);
    if (answer?.status === status) return answer.body;
  }
  throw new Error(`readiness was not ${status} within ${deadlineMs} ms`);
};

it('services that start on an empty database wait for its migration, then agree on one key set', async () => {
  const both = await Promise.all([start(), start()]);
  for (const { service, url } of both) {
    await service.waitFor(/waits for the newest migration/, 20_000);
    expect((await untilStatus(url, 503)).missing).toEqual(['database', 'endpoints']);
    expect(await probe(url, 'live')).toMatchObject({ status: 200 });
  }
  await migrate(floor.database);
  for (const { service, url } of both) {
    await service.waitFor(/"msg":"ready"/, 20_000);
    await untilStatus(url, 200);
  }
  const kids = async () => {
    const reply = await bus.call(endpoints.jwks, get());
    return reply.kind === 'json' ? JSON.stringify(reply.body) : '';
  };
  expect(new Set(await Promise.all(Array.from({ length: 20 }, kids))).size).toBe(1);
  for (const { service } of both) await service.waitFor(/"endpoint":"jwks"/, 5_000);
  expect(await stopAll()).toEqual([0, 0]);
}, 60_000);

describe('readiness', () => {
  it('turns 503 while PostgreSQL is away, or NATS, names what is missing, and comes back by itself', async () => {
    const { url } = await start();
    await untilStatus(url, 200);

    await floor.stopPostgres();
    expect((await untilStatus(url, 503)).missing).toEqual(['database']);
    expect(await probe(url, 'live')).toMatchObject({ status: 200 });
    await floor.startPostgres();
    await untilStatus(url, 200);

    await floor.nats.kill();
    expect((await untilStatus(url, 503)).missing).toEqual(['bus']);
    await floor.nats.restart();
    await untilStatus(url, 200);
    await nats.whenConnected(5_000);
    expect(await bus.call(endpoints.discovery, get())).toMatchObject({ kind: 'json', status: 200 });
    await stopAll();
  }, 60_000);
});

describe('SIGTERM', () => {
  /** A request that runs until the table is let go. */
  const runningRequest = async () => {
    const blocker = await floor.database.pool.connect();
    await blocker.query('BEGIN; LOCK TABLE clients IN ACCESS EXCLUSIVE MODE');
    const form = post({ grant_type: 'client_credentials' }, { headers: basic('nobody', 'secret') });
    const reply = bus.call(endpoints.token, form);
    reply.catch(() => undefined);
    const waiting =
      "SELECT 1 FROM pg_stat_activity WHERE application_name = 'portico-token' AND wait_event_type = 'Lock'";
    while ((await floor.database.pool.query(waiting)).rowCount === 0) await pause(20);
    return {
      reply,
      letGo: async () => {
        await blocker.query('COMMIT');
        blocker.release();
      },
    };
  };

  it('lets a running request be answered, takes no new one, and ends with 0', async () => {
    const { service, url } = await start();
    await untilStatus(url, 200);
    const { reply, letGo } = await runningRequest();
    service.kill('SIGTERM');
    await service.waitFor(/"msg":"stopping"/, 5_000);
    expect(await probe(url)).toMatchObject({ status: 503, body: { missing: ['stopping'] } });
    await expect(bus.call({ ...endpoints.jwks, deadlineMs: 500 }, get())).rejects.toThrow('nobody answers');
    await letGo();
    expect(await reply).toMatchObject({ kind: 'json', status: 401, body: { error: 'invalid_client' } });
    expect(await service.exited).toBe(0);
  }, 40_000);

  it('ends the process at once when it comes again', async () => {
    const { service, url } = await start();
    await untilStatus(url, 200);
    const { letGo } = await runningRequest();
    service.kill('SIGTERM');
    await service.waitFor(/"msg":"stopping"/, 5_000);
    const toldAt = Date.now();
    service.kill('SIGTERM');
    expect(await service.exited).toBe(1);
    expect(Date.now() - toldAt).toBeLessThan(1_000);
    await letGo();
  }, 40_000);
});
