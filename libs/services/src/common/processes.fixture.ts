import { startEmbeddedPostgres, startNats, type EmbeddedPostgres, type OwnServer } from '@portico/local';
import { closeDatabase, migrate, openDatabase, type Database } from '@portico/postgres';
import { freePort, spawnProcess, type Spawned } from '@portico/testing';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = dirname(fileURLToPath(import.meta.resolve('../../../../package.json')));

/** Compiles what the process of an app runs; nothing where it is up to date. */
export const build = async (app: string): Promise<void> => {
  const compiler = join(root, 'node_modules/tsc7/bin/tsc');
  await promisify(execFile)(process.execPath, [compiler, '-b', join(root, 'apps', app)], { timeout: 100_000 });
};

/** Starts a compiled app in a folder of its own. */
export const run = (app: string, environment: Record<string, string>): Spawned =>
  spawnProcess(process.execPath, [join(root, 'apps', app, 'dist/main.js')], { cwd: tmpdir(), environment });

/** What the services share: a real PostgreSQL and a real NATS, each of which can go away and come back. */
export interface Ground {
  readonly database: Database;
  readonly nats: OwnServer;
  readonly environment: Record<string, string>;
  stopPostgres(): Promise<void>;
  startPostgres(): Promise<void>;
  stop(): Promise<void>;
}

export const ground = async ({ migrated = true } = {}): Promise<Ground> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'portico-'));
  const port = await freePort();
  let postgres: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir, port });
  const nats = await startNats();
  const database = await openDatabase({ url: postgres.url, poolSize: 4, applicationName: 'spec' });
  if (migrated) await migrate(database);
  return {
    database,
    nats,
    environment: {
      DATABASE_URL: postgres.url,
      NATS_URL: nats.url,
      PORTICO_SECRET: 'a secret of the installation, for tests',
    },
    stopPostgres: () => postgres.stop(),
    startPostgres: async () => {
      postgres = await startEmbeddedPostgres({ dataDir, port });
    },
    stop: async () => {
      await closeDatabase(database);
      await Promise.all([postgres.stop(), nats.stop()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

/** Where the probes of a process are, once it listens. */
export const healthOf = async (service: Spawned): Promise<string> => {
  const line = await service.waitFor(/"msg":"ready"/, 20_000);
  return (JSON.parse(line) as { health: string }).health;
};
