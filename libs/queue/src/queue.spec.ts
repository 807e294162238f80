import { afterEach, describe, it } from '@jest/globals';
import { jobs, type Processor, type JobName, type Queue as JobQueue } from '@portico/contracts';
import { Queue } from 'bullmq';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  freePort,
  queueSuite,
  startEmbeddedPostgres,
  startRedis,
  until,
  type OwnServer,
  type StoreUnderTest,
} from '@portico/testing';
import { Client } from 'pg';
import { hostOf } from './host.js';
import { lanes } from './lanes.js';
import { openQueue } from './queue.js';

const addRawTo =
  (url: string) =>
  async (prefix: string, name: string, data: unknown): Promise<void> => {
    const { options, backend } = hostOf(url, prefix);
    const queue = new Queue<unknown, void, string, unknown, void, string, ReturnType<typeof backend>>(
      lanes.upkeep.name,
      options,
      backend,
    );
    await queue.add(name, data);
    await queue.close();
  };

const flush = (url: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write('FLUSHALL\r\n'));
    socket.once('error', reject).once('data', () => {
      socket.destroy();
      resolve();
    });
  });

const truncate = async (url: string, schema: string): Promise<void> => {
  const client = new Client(url);
  await client.connect();
  await client.query(`TRUNCATE ${schema}.job, ${schema}.scheduler CASCADE`);
  await client.end();
};

const onRedis = async (): Promise<StoreUnderTest> => {
  const server = await startRedis();
  return {
    url: server.url,
    addRaw: addRawTo(server.url),
    goAway: () => server.kill(),
    comeBack: () => server.restart(),
    lose: () => flush(server.url),
    stop: () => server.stop(),
  };
};

const onPostgres = async (): Promise<StoreUnderTest> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'portico-'));
  const port = await freePort();
  let server = await startEmbeddedPostgres({ dataDir, port });
  return {
    url: server.url,
    addRaw: addRawTo(server.url),
    goAway: () => server.stop(),
    comeBack: async () => {
      server = await startEmbeddedPostgres({ dataDir, port });
    },
    lose: (schema) => truncate(server.url, schema),
    stop: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

queueSuite('the queue on Redis', onRedis);
queueSuite('the queue on PostgreSQL', onPostgres);

describe('Redis without its data', () => {
  let storeDir: string;
  let server: OwnServer;
  let opened: JobQueue | undefined;
  afterEach(async () => {
    await opened?.close();
    await server.stop();
    await rm(storeDir, { recursive: true, force: true });
  });

  it('starts anew: what is repeated goes on as soon as it is there', async () => {
    storeDir = await mkdtemp(join(tmpdir(), 'portico-'));
    server = await startRedis({ storeDir });
    let done = 0;
    const count = () => Promise.resolve(void (done += 1));
    const processors = Object.fromEntries(Object.keys(jobs).map((name) => [name, count]));
    opened = await openQueue({ url: server.url });
    await opened.work(processors as unknown as { readonly [Name in JobName]: Processor<Name> });
    await opened.every('sweep', () => 1, {});
    await until(() => done >= 2, 10_000);
    await server.kill();
    await rm(join(storeDir, 'appendonlydir'), { recursive: true });
    await server.restart();
    const before = done;
    await until(() => done >= before + 3, 15_000);
  }, 60_000);
});
