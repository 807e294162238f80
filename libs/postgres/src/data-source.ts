import 'reflect-metadata';
import { within, type Tracing } from '@portico/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import type { ClientConfig, Pool } from 'pg';
import { DataSource, MigrationExecutor } from 'typeorm';
import { databaseClock, type DatabaseClock } from './clock.js';
import { entities } from './entities/index.js';
import { faultOf, isLocked } from './fault.js';
import { migrations } from './migrations/index.js';
import { keepPartitions } from './keep-partitions.js';
import { runOn, type Run, type Statement } from './statement.js';

/** A new connection takes three answers of the server: one that needs a second for each is slow, not away. */
const connectDeadlineMs = 4000;
const readyDeadlineMs = 2000;
const migrateDeadlineMs = 120_000;
/** So long a migration waits for a table, and so long it leaves it to others before it comes again. */
const waysMs = 500;

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  readonly poolSize: number;
  readonly applicationName: string;
  readonly statementTimeoutMs?: number;
  readonly tracing?: Tracing | undefined;
}

/** An open database. */
export interface Database {
  readonly options: DatabaseOptions;
  /** Ordinary queries by entities. */
  readonly dataSource: DataSource;
  readonly pool: Pool;
  /** Runs a named statement on a connection of the pool. */
  readonly run: Run;
  /** By which every process on this database goes. */
  readonly clock: DatabaseClock;
}

/**
 * Opens the pool. A lost database rejects at once or after the deadlines, and the pool finds it again by itself.
 * @throws Unavailable
 */
export const openDatabase = async (options: DatabaseOptions): Promise<Database> => {
  const dataSource = dataSourceOf(options, limitsOf(options.statementTimeoutMs ?? 5000));
  await dataSource.initialize().catch((error: unknown) => {
    throw faultOf(error, 'connect');
  });
  const { master: pool } = dataSource.driver as unknown as { master: Pool };
  const run = runOn(pool, options.tracing);
  const clock = await databaseClock(run).catch(async (error: unknown) => {
    await dataSource.destroy();
    throw error;
  });
  return { options, dataSource, pool, run, clock };
};

const dataSourceOf = ({ url, applicationName, poolSize }: DatabaseOptions, limits: object): DataSource =>
  new DataSource({
    type: 'postgres',
    url,
    applicationName,
    poolSize,
    connectTimeoutMS: connectDeadlineMs,
    // The names of parts change from day to day, and a connection keeps every statement that it has planned.
    extra: { ...limits, maxLifetimeSeconds: 3600 },
    poolErrorHandler: () => undefined, // the pool has dropped that connection; the next query opens another
    installExtensions: false,
    uuidExtension: 'pgcrypto', // that is gen_random_uuid(), which PostgreSQL has by itself
    entities,
    migrations,
  });

/** The server ends a statement that is late; where even that answer does not come, the client gives up a second later. */
const limitsOf = (statementTimeoutMs: number) => ({
  statement_timeout: statementTimeoutMs,
  query_timeout: statementTimeoutMs + 1000,
  idle_in_transaction_session_timeout: 60_000,
  keepAlive: true,
});

/** For a connection outside of the pool. */
export const connectionOf = ({ options }: Database): ClientConfig => ({
  connectionString: options.url,
  application_name: options.applicationName,
  connectionTimeoutMillis: connectDeadlineMs,
  ...limitsOf(5000),
});

/** Closes the pool; what still runs may end first. */
export const closeDatabase = async ({ dataSource, clock }: Database): Promise<void> => {
  clock.stop();
  if (dataSource.isInitialized) await dataSource.destroy();
};

const newest: Statement = { name: 'migrations.newest', text: 'SELECT 1 FROM migrations WHERE name = $1' };

/** Does the database answer in time, and has it the newest migration this process knows of? */
export const isReady = async ({ run }: Database): Promise<boolean> => {
  try {
    return (await within(readyDeadlineMs, 'database', run(newest, [migrations.at(-1)?.name]))).length > 0;
  } catch {
    return false;
  }
};

/**
 * Brings the schema up to date, with the parts of its tables that are needed now. However many processes do so at once,
 * one works and the others wait for it.
 */
export const migrate = async (database: Database): Promise<void> => {
  await underLock(database, async (executor) => {
    await givingWay(() => executor.executePendingMigrations());
  });
  await keepPartitions(database, database.clock.now());
};

/**
 * Whoever waits for a table keeps everybody waiting who comes after: a migration gives way soon, is undone whole, and
 * comes again, so that services go on beside it.
 */
const givingWay = async (work: () => Promise<unknown>): Promise<void> => {
  for (const giveUpAt = Date.now() + migrateDeadlineMs; ;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isLocked(error) || Date.now() > giveUpAt) throw error;
      await pause(waysMs);
    }
  }
};

/** Takes the newest migration back. */
export const migrateDown = (database: Database): Promise<void> =>
  underLock(database, (executor) => executor.undoLastMigration());

/** On a connection of its own: the lock belongs to the connection, and only here may a statement take long. */
const underLock = async (
  { options }: Database,
  work: (executor: MigrationExecutor) => Promise<void>,
): Promise<void> => {
  const limits = { ...limitsOf(migrateDeadlineMs), lock_timeout: migrateDeadlineMs };
  const own = dataSourceOf({ ...options, poolSize: 1 }, limits);
  try {
    await own.initialize();
    const runner = own.createQueryRunner();
    await runner.query(`SELECT pg_advisory_lock(hashtext('portico.migrate'))`);
    await runner.query(`SET lock_timeout = ${waysMs}`);
    const executor = new MigrationExecutor(own, runner);
    executor.transaction = 'each';
    await work(executor);
  } catch (error) {
    throw faultOf(error, 'migrate');
  } finally {
    if (own.isInitialized) await own.destroy();
  }
};
