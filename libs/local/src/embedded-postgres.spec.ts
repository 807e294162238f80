import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';

const folders: string[] = [];
const running: EmbeddedPostgres[] = [];

const newFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portico-spec-'));
  folders.push(folder);
  return folder;
};
const start = async (dataDir: string, port = 0) => {
  const postgres = await startEmbeddedPostgres({ dataDir, port });
  running.push(postgres);
  return postgres;
};
const ask = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000, query_timeout: 5000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ answer: unknown }>(sql);
    return rows.map(({ answer }) => answer);
  } finally {
    await client.end();
  }
};
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const untilGone = async (pid: number) => {
  for (let waited = 0; isAlive(pid) && waited < 10_000; waited += 50) await pause(50);
  return !isAlive(pid);
};

/** A process of its own that starts PostgreSQL on the folder, tells its pid and waits; from the compiled sources it could not run before a build. */
const startElsewhere = async (dataDir: string) => {
  const code = `const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL('../dist/embedded-postgres.js', import.meta.url).href)});
    const { pid } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} });
    console.log(pid); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data', { signal: AbortSignal.timeout(20_000) })) as [Buffer];
  return { child, postmaster: Number(line.toString()) };
};

afterEach(async () => {
  await Promise.all(running.splice(0).map((postgres) => postgres.stop()));
});
afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

describe('embedded PostgreSQL', () => {
  test('keeps its data and its password from one start to the next', async () => {
    const folder = await newFolder();
    const first = await start(folder);
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    const second = await start(folder);
    expect(await ask(second.url, 'SELECT answer FROM kept')).toEqual([42]);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    expect((await stat(join(folder, 'password'))).mode & 0o777).toBe(0o600);
  });

  test('asks for the password, listens on 127.0.0.1 only and folds every letter of Unicode', async () => {
    const { url } = await start(await newFolder());
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(ask(wrong.href, 'SELECT 1 AS answer')).rejects.toThrow(/password authentication failed/);
    expect(await ask(url, `SELECT current_setting('listen_addresses') AS answer`)).toEqual(['127.0.0.1']);
    expect(await ask(url, `SELECT lower('ÄÖÜ É Ж') AS answer`)).toEqual(['äöü é ж']);
    expect(await ask(url, `SELECT current_setting('server_encoding') AS answer`)).toEqual(['UTF8']);
  });

  test('a folder that is in use is refused, with the process that uses it', async () => {
    const folder = await newFolder();
    const { url } = await start(folder);
    await expect(start(folder)).rejects.toThrow(`in use by process ${process.pid}`);
    expect(await ask(url, 'SELECT 1 AS answer')).toEqual([1]);
  });

  test('starts again after kill -9, at the same port, with what was committed', async () => {
    const folder = await newFolder();
    const first = await start(folder);
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(first.pid, 'SIGKILL');
    const second = await start(folder, Number(new URL(first.url).port));
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, 'SELECT answer FROM kept')).toEqual([42]);
  });

  test('a pid file whose number went to another process does not keep it from starting', async () => {
    const folder = await newFolder();
    await (await start(folder)).stop();
    await writeFile(join(folder, 'data', 'postmaster.pid'), `${process.pid}\n`);
    await expect(start(folder)).resolves.toHaveProperty('pid');
  });

  test('ends with the process that started it, even when that is killed, and starts again', async () => {
    const folder = await newFolder();
    const { child, postmaster } = await startElsewhere(folder);
    expect(isAlive(postmaster)).toBe(true);
    child.kill('SIGKILL');
    expect(await untilGone(postmaster)).toBe(true);
    await expect(start(folder)).resolves.toHaveProperty('pid');
  });

  test('an orphan that goes on all the same is stopped by the next start', async () => {
    const folder = await newFolder();
    const { child, postmaster } = await startElsewhere(folder);
    const { stdout } = await promisify(execFile)('pgrep', ['-f', `^/bin/sh -c read .* sh ${postmaster} *$`]);
    process.kill(Number(stdout), 'SIGKILL');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(postmaster)).toBe(true);
    await start(folder);
    expect(isAlive(postmaster)).toBe(false);
  });

  test('two starts on a new folder at once: one runs, the other says why not', async () => {
    const folder = await newFolder();
    const [one, other] = await Promise.allSettled([start(folder), start(folder)]);
    expect([one.status, other.status].sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('an ephemeral one leaves nothing behind', async () => {
    let said = '';
    const postgres = await startEmbeddedPostgres({ ephemeral: true, log: (line) => (said += line) });
    const [, folder = ''] = / are in (\S+)$/.exec(said) ?? [];
    expect(await readdir(folder)).toContain('data');
    await postgres.stop();
    await postgres.stop();
    expect(existsSync(folder)).toBe(false);
  });

  test('says what PostgreSQL said when it cannot start', async () => {
    const folder = await newFolder();
    await (await start(folder)).stop();
    await chmod(join(folder, 'data'), 0o755);
    await expect(start(folder)).rejects.toThrow(/invalid permissions/);
    expect(await readFile(join(folder, 'postgres.log'), 'utf8')).toMatch(/invalid permissions/);
  });
});
