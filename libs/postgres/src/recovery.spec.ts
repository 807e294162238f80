import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Unavailable } from '@portico/contracts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@portico/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  clientStore,
  closeDatabase,
  isReady,
  migrate,
  openDatabase,
  outbox,
  registrations,
  sessionStore,
  tokenStore,
  type Database,
} from './index.js';

const now = 1_800_000_000;
const timed = async (work: Promise<unknown>) => {
  const begun = Date.now();
  await work.catch(() => undefined);
  return Date.now() - begun;
};

describe('a lost database', () => {
  let dataDir: string;
  let server: EmbeddedPostgres;
  let database: Database;
  const start = async (port = 0) => {
    server = await startEmbeddedPostgres({ dataDir, port });
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'portico-spec-'));
    await start();
    database = await openDatabase({ url: server.url, poolSize: 5, applicationName: 'recovery.spec' });
    await migrate(database);
  });
  afterAll(async () => {
    await closeDatabase(database);
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  test('rejects fast after kill -9, and everything works again once PostgreSQL is back', async () => {
    let arrivals = 0;
    const stop = await outbox(database).arrivals(() => (arrivals += 1));
    const authorization = { id: 'a', clientId: 'c', scope: [], resources: [], grantedAt: now, expiresAt: now + 600 };
    await tokenStore(database).begin(authorization, []);
    await Promise.all(Array.from({ length: 5 }, () => clientStore(database).find('x'))); // five open connections
    process.kill(server.pid, 'SIGKILL');
    await pause(200);

    expect(await timed(clientStore(database).find('x'))).toBeLessThan(3000);
    await expect(clientStore(database).find('x')).rejects.toThrow(Unavailable);
    await expect(sessionStore(database).end('x', 'test', now)).rejects.toThrow(Unavailable);
    await expect(registrations(database).clients()).rejects.toThrow(Unavailable);
    await expect(registrations(database).save([], [])).rejects.toThrow(Unavailable);
    await expect(outbox(database).drain(() => Promise.resolve(), 1)).rejects.toThrow(Unavailable);
    expect(await isReady(database)).toBe(false);
    const { url } = server;
    await expect(openDatabase({ url, poolSize: 1, applicationName: 'late' })).rejects.toThrow(Unavailable);

    await start(Number(new URL(url).port));
    expect(await isReady(database)).toBe(true);
    expect(await clientStore(database).find('x')).toBeUndefined();
    await tokenStore(database).revokeAuthorization('a', 'test', now); // it was committed, so it is there
    const drained: string[] = [];
    await outbox(database).drain(({ event }) => Promise.resolve(void drained.push(event)), 10);
    expect(drained).toEqual(['authorizationRevoked']);
    for (let waited = 0; arrivals < 2 && waited < 5000; waited += 50) await pause(50);
    expect(arrivals).toBeGreaterThanOrEqual(2);
    await stop();
  });

  test('a statement that takes too long is given up', async () => {
    const options = { url: server.url, poolSize: 1, applicationName: 'slow', statementTimeoutMs: 300 };
    const slow = await openDatabase(options);
    const sleep = { name: 'sleep', text: 'SELECT pg_sleep(20)' };
    expect(await timed(slow.run(sleep, []))).toBeLessThan(2000);
    await expect(slow.run(sleep, [])).rejects.toThrow(Unavailable);
    expect(await clientStore(slow).find('x')).toBeUndefined();
    await closeDatabase(slow);
  });

  test('a server that no longer answers is given up too, and found again', async () => {
    const options = { url: server.url, poolSize: 2, applicationName: 'frozen', statementTimeoutMs: 300 };
    const frozen = await openDatabase(options);
    const [{ pid } = { pid: 0 }] = await frozen.run<{ pid: number }>(
      { name: 'pid', text: 'SELECT pg_backend_pid() AS pid' },
      [],
    );
    process.kill(pid, 'SIGSTOP');
    try {
      expect(await timed(clientStore(frozen).find('x'))).toBeLessThan(3000);
      expect(await clientStore(frozen).find('x')).toBeUndefined(); // on another connection
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await closeDatabase(frozen);
  });

  test('an error says which rule was broken, and no value', async () => {
    const id = 'a-secret-value';
    const authorization = { id, clientId: 'c', scope: [], resources: [], grantedAt: now, expiresAt: now + 600 };
    await tokenStore(database).begin(authorization, []);
    const again = tokenStore(database).begin(authorization, []);
    await expect(again).rejects.toThrow('tokens.begin: SQLSTATE 23505 (authorizations_unbounded_pkey)');
    const error: unknown = await again.catch((caught: unknown) => caught);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(id);
  });
});
