import { namedPartition, partitionFor, partitionName } from '@portico/endpoint';
import type { Authorization, StoredToken } from '@portico/oidc';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@portico/testing';
import { closeDatabase, keepPartitions, migrate, openDatabase, tokenStore, type Database, type Kept } from './index.js';
import { added } from './partitions.js';

/** A day, in seconds. */
export const day = 86_400;
/** One time for a whole file. */
export const now = Math.floor(Date.now() / 1000);

/** Where there was nothing to be done. */
export const untouched: Kept = { created: 0, dropped: 0, rescued: 0, left: 0 };
/** As the worker does from minute to minute, until nothing was left to the next time; answers what was done in all. */
export const keptWhole = async (database: Database, at: number): Promise<Kept> => {
  let all = untouched;
  for (let times = 0; times < 50; times += 1) {
    const kept = await keepPartitions(database, at);
    all = added(all, kept);
    if (kept.left === 0) return all;
  }
  throw new Error(`something is left every time: ${JSON.stringify(all)}`);
};

/** As the rules make them: the id and the key name the parts. */
export const authorizationOf = (from: number, until: number): Authorization => ({
  id: `${partitionName(partitionFor({ from, until }))}-${randomUUID()}`,
  clientId: 'c',
  subject: 's',
  scope: ['offline_access'],
  resources: [],
  grantedAt: from,
  expiresAt: until,
});
export const tokenOf = ({ id }: Authorization, kind: 'refresh_token' | 'device_code', until: number, from = now) => {
  const hash = `${partitionFor({ from, until })}.${namedPartition(id)}.${randomUUID()}`;
  return { kind, hash, id: randomUUID(), authorizationId: id, issuedAt: from, expiresAt: until } satisfies StoredToken;
};
/** A refresh token that has been stored with its authorization. */
export const issuing =
  (database: () => Database) =>
  async (
    tokenUntil: number,
    until = now + 365 * day,
  ): Promise<{ authorization: Authorization; token: StoredToken }> => {
    const authorization = authorizationOf(now, until);
    const token = tokenOf(authorization, 'refresh_token', tokenUntil);
    await tokenStore(database()).begin(authorization, [token]);
    return { authorization, token };
  };

/** What a file of tests asks of a database of its own. */
export interface OwnDatabase {
  readonly database: () => Database;
  /** One more pool on it. */
  readonly open: () => Promise<Database>;
  readonly ask: <Row extends object>(sql: string, values?: unknown[]) => Promise<Row[]>;
  readonly count: (table: string) => Promise<number>;
}

/** Each test of the file has a new schema, with the parts of this day. */
export const ownDatabase = (applicationName: string): OwnDatabase => {
  let server: TestDatabase;
  let database: Database;
  const open = () => openDatabase({ url: server.url, poolSize: 4, applicationName });
  const ask = <Row extends object>(sql: string, values: unknown[] = []) =>
    database.dataSource.query<Row[]>(sql, values);

  beforeAll(async () => {
    server = await testDatabase();
    database = await open();
  });
  afterAll(async () => {
    await closeDatabase(database);
    await server.remove();
  });
  beforeEach(async () => {
    await ask('DROP SCHEMA public CASCADE');
    await ask('CREATE SCHEMA public');
    await migrate(database);
  });
  const count = async (table: string): Promise<number> => {
    const [row] = await ask<{ count: number }>(`SELECT count(*)::integer AS count FROM ${table}`);
    return row?.count ?? 0;
  };
  return { database: () => database, open, ask, count };
};
