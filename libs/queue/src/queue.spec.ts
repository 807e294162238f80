import { Queue } from 'bullmq';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, queueSuite, startEmbeddedPostgres, startRedis, type StoreUnderTest } from '@portico/testing';
import { hostOf } from './host.js';
import { queueName } from './worker.js';

const addRawTo =
  (url: string) =>
  async (prefix: string, name: string, data: unknown): Promise<void> => {
    const { options, backend } = hostOf(url, prefix);
    const queue = new Queue<unknown, void, string, unknown, void, string, ReturnType<typeof backend>>(
      queueName,
      options,
      backend,
    );
    await queue.add(name, data);
    await queue.close();
  };

const onRedis = async (): Promise<StoreUnderTest> => {
  const server = await startRedis();
  return {
    url: server.url,
    addRaw: addRawTo(server.url),
    goAway: () => server.kill(),
    comeBack: () => server.restart(),
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
    stop: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

queueSuite('the queue on Redis', onRedis);
queueSuite('the queue on PostgreSQL', onPostgres);
