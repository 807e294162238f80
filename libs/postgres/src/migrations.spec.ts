import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@portico/testing';
import { migrations } from './migrations/index.js';
import { closeDatabase, isReady, migrate, migrateDown, openDatabase, type Database } from './index.js';

describe('migrations', () => {
  let server: TestDatabase;
  let database: Database;
  const open = (applicationName: string) => openDatabase({ url: server.url, poolSize: 1, applicationName });
  const allDown = async () => {
    for (let left = migrations.length; left > 0; left -= 1) await migrateDown(database);
  };
  const tables = async () => {
    const rows = await database.dataSource.query<{ name: string }[]>(
      `SELECT relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE nspname = 'public' AND relkind IN ('r', 'p', 'S') AND relname NOT LIKE 'migrations%'
       UNION SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE nspname = 'public'`,
    );
    return rows.map(({ name }) => name).sort();
  };

  beforeAll(async () => {
    server = await testDatabase();
    database = await open('migrations.spec');
  });
  afterAll(async () => {
    await closeDatabase(database);
    await server.remove();
  });

  test('up, down and up again: down leaves nothing behind', async () => {
    expect(await isReady(database)).toBe(false);
    await migrate(database);
    expect(await isReady(database)).toBe(true);
    const first = await tables();
    expect(first).toEqual(expect.arrayContaining(['authorizations', 'clients', 'outbox', 'sessions', 'tokens']));
    await allDown();
    expect(await tables()).toEqual([]);
    expect(await isReady(database)).toBe(false);
    await migrate(database);
    expect(await tables()).toEqual(first);
  });

  test('the entities say what the migrations made', async () => {
    await migrate(database);
    const { upQueries } = await database.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  test('processes that migrate at once do it once and all succeed', async () => {
    await allDown();
    const databases = await Promise.all([open('one'), open('two'), open('three')]);
    try {
      await Promise.all(databases.map(migrate));
      expect(await Promise.all(databases.map(isReady))).toEqual([true, true, true]);
      const applied = await database.dataSource.query<unknown[]>('SELECT name FROM migrations');
      expect(applied).toHaveLength(migrations.length);
    } finally {
      await Promise.all(databases.map(closeDatabase));
    }
  });
});
