import type { Registrations } from '@portico/admin';
import { loadConfig } from '@portico/config';
import { systemClock, type Clock } from '@portico/endpoint';
import { runningPostgres, startEmbeddedPostgres } from '@portico/local';
import {
  accountStore,
  auditLog,
  closeDatabase,
  isReady,
  keyStore,
  logoutDeliveries,
  migrate,
  openDatabase,
  registrations,
  seals,
  sessionStore,
  type Database,
} from '@portico/postgres';
import { join } from 'node:path';
import { rotationPolicy } from '../common/rotation.js';
import { sealKeysOf, secretsFor } from '../common/secret.js';
import type { KeyNeeds, Needs } from './command.js';
import type { Io } from './io.js';

/** The provider's database, opened at the first use. */
export interface CliDatabase {
  registrations(): Promise<Registrations>;
  stores: Needs['stores'];
  keys: Needs['keys'];
  /** The database's, once it is open. */
  clock: Clock;
  migrate(): Promise<void>;
  close(): Promise<void>;
}

interface Place {
  readonly url: string;
  /** Is it the embedded one, whose tables are ours to keep up to date? */
  readonly own: boolean;
  readonly stop: () => Promise<void>;
}

const nothing = (): Promise<void> => Promise.resolve();

/** Where the provider has it: DATABASE_URL, the embedded one that standalone runs, else the same one started for a while. */
const findPlace = async (env: Io['env']): Promise<Place> => {
  const { DATABASE_URL, PORTICO_DATA_DIR } = loadConfig(env);
  if (DATABASE_URL) return { url: DATABASE_URL, own: false, stop: nothing };
  const dataDir = join(PORTICO_DATA_DIR, 'postgres');
  const running = await runningPostgres(dataDir);
  if (running) return { url: running, own: true, stop: nothing };
  const started = await startEmbeddedPostgres({ dataDir });
  return { url: started.url, own: true, stop: () => started.stop() };
};

interface Opened extends Place {
  readonly database: Database;
}

const open = async (env: Io['env']): Promise<Opened> => {
  const place = await findPlace(env);
  try {
    const database = await openDatabase({ url: place.url, poolSize: 2, applicationName: 'portico-cli' });
    return { ...place, database };
  } catch (error) {
    await place.stop();
    throw error;
  }
};

const bringUpToDate = async ({ database, own }: Opened): Promise<void> => {
  if (await isReady(database)) return;
  if (!own) throw new Error('the tables of the database are not up to date: run portico migrate');
  await migrate(database);
};

const keysOn = async (database: Database, env: Io['env']): Promise<KeyNeeds> => {
  const sealKeys = sealKeysOf(await secretsFor(loadConfig(env)));
  return {
    keys: keyStore(database),
    seals: seals(database),
    policy: await rotationPolicy(database),
    sealKeys,
    sealKey: sealKeys.keys,
    clock: database.clock.now,
  };
};

export const databaseOf = (env: Io['env']): CliDatabase => {
  let opened: Promise<Opened> | undefined;
  let clock = systemClock;
  const once = (): Promise<Opened> =>
    (opened ??= open(env).then((here) => {
      clock = here.database.clock.now;
      return here;
    }));
  const current = async (): Promise<Database> => {
    const here = await once();
    await bringUpToDate(here);
    return here.database;
  };
  return {
    registrations: async () => registrations(await current()),
    stores: async () => {
      const database = await current();
      return {
        accounts: accountStore(database),
        sessions: sessionStore(database),
        logoutDeliveries: logoutDeliveries(database),
        auditLog: auditLog(database),
      };
    },
    keys: async () => keysOn(await current(), env),
    clock: () => clock(),
    migrate: async () => migrate((await once()).database),
    close: async () => {
      const here = await opened?.catch(() => undefined);
      if (!here) return;
      await closeDatabase(here.database);
      await here.stop();
    },
  };
};
