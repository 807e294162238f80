import { startEmbeddedPostgres } from '@portico/local';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

export { startEmbeddedPostgres, type EmbeddedPostgres } from '@portico/local';

/** An empty database of a real PostgreSQL, for one test file. */
export interface TestDatabase {
  readonly url: string;
  readonly remove: () => Promise<void>;
}

/** A new database. The PostgreSQL it is in serves all test files of this process, and ends with the process. */
export const testDatabase = async (): Promise<TestDatabase> => {
  const server = await sharedServer();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await ask(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = name;
  return { url: url.href, remove: () => ask(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
};

/** Every test file has modules and globals of its own: what the process shares is only found by its id. */
const sharedServer = async (): Promise<string> => {
  const dataDir = join(tmpdir(), `portico-test-${process.pid}`);
  const noted = join(dataDir, 'url');
  const known = await readFile(noted, 'utf8').catch(() => '');
  if (known && (await answers(known))) return known;
  const { url } = await startEmbeddedPostgres({ ephemeral: true, dataDir });
  await writeFile(noted, url, { mode: 0o600 });
  return url;
};

const answers = (url: string): Promise<boolean> =>
  ask(url, 'SELECT 1').then(
    () => true,
    () => false,
  );

const ask = async (url: string, sql: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000, query_timeout: 20_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
};
