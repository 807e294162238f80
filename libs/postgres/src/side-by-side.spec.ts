import { setTimeout as pause } from 'node:timers/promises';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@portico/testing';
import { Client } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Repetitions1764000000165 } from './migrations/1764000000165-repetitions.js';
import { migrations } from './migrations/index.js';
import { closeDatabase, isReady, migrate, migrateDown, openDatabase, type Database } from './index.js';

// docs/upgrades.md: the version before goes on while, and after, the tables become those of this one.

/** What the version before runs; PORTICO_ADD_STATEMENTS=true with stores.spec.ts takes down what this one does. */
const former = JSON.parse(
  await readFile(new URL('../statements.snapshot.json', import.meta.url), 'utf8'),
) as readonly string[];

/** The newest migration of the version before. */
const released = 'OneStatement1764000000160';

/** What takes away what nobody uses since the version before: the statement, and since when. */
const contractions: ReadonlyMap<string, string> = new Map([]);

const forbidden: readonly (readonly [RegExp, string])[] = [
  [/\bDROP\s+(TABLE|COLUMN|FUNCTION|TYPE|VIEW|CONSTRAINT|DEFAULT)\b/i, 'takes away'],
  [/\bTRUNCATE\b/i, 'takes away'],
  [/\bRENAME\b/i, 'renames'],
  [/\bALTER\s+COLUMN\s+\S+\s+(SET\s+DATA\s+)?TYPE\b/i, 'retypes'],
  [/\bSET\s+NOT\s+NULL\b/i, 'demands'],
  [/\bADD\s+COLUMN\b(?![^,]*\bDEFAULT\b)[^,]*\bNOT\s+NULL\b/i, 'demands'],
  [/\bADD\s+(CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)\b(?!.*\bNOT\s+VALID\b)/is, 'demands'],
  [/\bADD\s+COLUMN\b[^,]*\bDEFAULT\s+(gen_random_uuid|clock_timestamp|random|nextval)\b/i, 'rewrites'],
  [/\bCREATE\s+(UNIQUE\s+)?INDEX\b(?!\s+CONCURRENTLY)/i, 'locks'],
  [/\bLOCK\s+TABLE\b/i, 'locks'],
];
const faultsOf = (statement: string): string[] =>
  contractions.has(statement)
    ? []
    : forbidden.flatMap(([pattern, what]) => (pattern.test(statement) ? [`${what}: ${statement}`] : []));

type Migration = new () => MigrationInterface;

/** What a migration would run; an index of a table that it makes itself keeps nobody waiting. */
const statementsOf = async (Migration: Migration): Promise<string[]> => {
  const statements: string[] = [];
  const query = (text: string): Promise<void> => Promise.resolve(void statements.push(text));
  await new Migration().up({ query } as unknown as QueryRunner);
  const made = statements.flatMap((text) => /^\s*CREATE TABLE (\w+)/i.exec(text)?.[1] ?? []);
  return statements.filter((text) => !made.some((table) => new RegExp(`INDEX .* ON ${table}\\b`, 'is').test(text)));
};
const unreleased = migrations.slice(migrations.findIndex(({ name }) => name === released) + 1) as readonly Migration[];

describe('a migration that has not been released', () => {
  test.each(unreleased.map((migration) => [migration.name, migration] as const))('%s only expands', async (_, up) => {
    expect((await statementsOf(up)).flatMap(faultsOf)).toEqual([]);
  });

  test.each([
    'ALTER TABLE tokens DROP COLUMN detail',
    'DROP FUNCTION end_session',
    'ALTER TABLE tokens RENAME COLUMN hash TO key',
    'ALTER TABLE tokens ALTER COLUMN id TYPE uuid USING id::uuid',
    'ALTER TABLE tokens ALTER COLUMN consumed_by SET NOT NULL',
    'ALTER TABLE tokens ADD COLUMN a text, ADD COLUMN b text NOT NULL',
    'ALTER TABLE tokens ADD CONSTRAINT c CHECK (hash <> id)',
    'CREATE INDEX i ON tokens (id)',
    'LOCK TABLE tokens IN EXCLUSIVE MODE',
  ])('is refused where it does not: %s', (statement) => {
    expect(faultsOf(statement)).toHaveLength(1);
  });

  test.each([
    'ALTER TABLE tokens ADD COLUMN a text, ADD COLUMN b integer NOT NULL DEFAULT 0',
    'CREATE INDEX CONCURRENTLY i ON tokens (id)',
    'ALTER TABLE tokens ADD CONSTRAINT c CHECK (hash <> id) NOT VALID',
    'CREATE OR REPLACE FUNCTION end_session() RETURNS void LANGUAGE sql AS $$ SELECT $$',
  ])('is let pass where it does: %s', (statement) => {
    expect(faultsOf(statement)).toEqual([]);
  });
});

describe('the version before, on the newest tables', () => {
  let server: TestDatabase;
  let database: Database;
  let other: Client;
  beforeAll(async () => {
    server = await testDatabase();
    database = await openDatabase({ url: server.url, poolSize: 2, applicationName: 'side-by-side.spec' });
    other = new Client(server.url);
    await other.connect();
    await migrate(database);
  });
  afterAll(async () => {
    await other.end();
    await closeDatabase(database);
    await server.remove();
  });

  /** Those of its statements that PostgreSQL refuses, and why. */
  const refused = async (): Promise<string[]> => {
    const faults: string[] = [];
    for (const text of former) {
      await other.query('SAVEPOINT one');
      await other.query(`PREPARE former AS ${text}`).then(
        () => other.query('DEALLOCATE former'),
        (error: unknown) => faults.push(`${String(error)}: ${text}`),
      );
      await other.query('ROLLBACK TO one');
    }
    return faults;
  };

  test('every statement that its stores run is understood', async () => {
    expect(former.length).toBeGreaterThan(90);
    // What names a day is understood on that day alone.
    expect(former.filter((text) => /_[dm]\d{6}/.test(text))).toEqual([]);
    await other.query('BEGIN');
    expect(await refused()).toEqual([]);
    // And this would find what is taken away.
    await other.query('ALTER TABLE tokens DROP COLUMN detail');
    await other.query('DROP FUNCTION session_ends(text, text, bigint)');
    expect((await refused()).length).toBeGreaterThan(4);
    await other.query('ROLLBACK');
  });

  test('it goes on while a migration waits for a table: the migration gives way, comes again, and is done in the end', async () => {
    const withTokens = migrations.slice(migrations.indexOf(Repetitions1764000000165));
    for (let left = withTokens.length; left > 0; left -= 1) await migrateDown(database);
    await other.query('BEGIN');
    await other.query('SELECT count(*) FROM tokens');
    let isDone = false;
    const migrated = migrate(database).then(() => {
      isDone = true;
    });
    const took: number[] = [];
    for (const endsAt = Date.now() + 3_000; Date.now() < endsAt;) {
      const begun = performance.now();
      await database.pool.query('SELECT count(*) FROM tokens');
      took.push(performance.now() - begun);
      await pause(10);
    }
    expect(isDone).toBe(false);
    // It has waited behind the migration, and no longer than that waits itself.
    expect(Math.max(...took)).toBeGreaterThan(100);
    expect(Math.max(...took)).toBeLessThan(2_500);
    expect(took.length).toBeGreaterThan(20);
    await other.query('COMMIT');
    await migrated;
    expect(await isReady(database)).toBe(true);
  }, 30_000);
});
