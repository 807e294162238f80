import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Binaries } from './binaries.js';
import type { Cluster } from './cluster.js';
import { ownerSetting } from './orphan.js';
import { folderAsSeen, type RunAs } from './run-as.js';

const stopDeadlineMs = 15_000;

/** One running PostgreSQL. */
export interface Postmaster {
  readonly pid: number;
  /** The lines it logged last, once it has ended; undefined while it runs. */
  ended(): Promise<string> | undefined;
  stop(): Promise<void>;
}

const settings = {
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
  log_checkpoints: 'off',
  // What people type stays out of the log: neither statements nor the values that broke a rule.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};
const careless = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '16MB' };

export interface StartOptions {
  readonly binaries: Binaries;
  readonly runAs: RunAs;
  readonly port: number;
  readonly ephemeral: boolean;
}

/** In a session of its own, so that Ctrl-C reaches us alone and the database outlives whoever still uses it. */
export const spawnPostmaster = (cluster: Cluster, { binaries, runAs, port, ephemeral }: StartOptions): Postmaster => {
  const all = { ...settings, ...(ephemeral ? careless : {}), port, [ownerSetting]: process.pid };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openSync(cluster.log, 'w', 0o600);
  const child = spawn(binaries.postgres, ['-D', folderAsSeen(cluster.data), ...flags], {
    ...runAs,
    cwd: cluster.data,
    env: { LC_ALL: 'C' },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return watch(child, cluster, ephemeral);
};

const watch = (child: ChildProcess, cluster: Cluster, ephemeral: boolean): Postmaster => {
  let ended: Promise<string> | undefined;
  const lifeline = child.pid === undefined ? undefined : holdLifeline(child.pid, ephemeral ? cluster.folder : '');
  const end = (why: string) => {
    ended ??= lastLines(cluster.log).then((lines) => lines || why);
    lifeline?.kill('SIGKILL');
  };
  child.on('error', ({ message }) => end(message));
  child.on('exit', (code, signal) => end(`it ended with ${signal ?? `code ${code ?? 0}`}`));
  child.unref();
  return { pid: child.pid ?? 0, ended: () => ended, stop: () => stop(child, () => ended !== undefined) };
};

/** Ends PostgreSQL when this process is gone, however it went: then nobody holds the other end of the pipe. */
const holdLifeline = (pid: number, folder: string): ChildProcess => {
  const script = `read -r _; kill -INT "$1"; [ -z "$2" ] && exit
    for _ in 1 2 3 4 5 6 7 8 9; do kill -0 "$1" || break; sleep 1; done; rm -rf -- "$2"`;
  const child = spawn('/bin/sh', ['-c', script, 'sh', String(pid), folder], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  (child.stdin as unknown as { unref(): void }).unref();
  child.unref();
  return child;
};

const stop = async (child: ChildProcess, hasEnded: () => boolean): Promise<void> => {
  child.kill('SIGINT');
  for (let waited = 0; !hasEnded(); waited += 20) {
    if (waited === stopDeadlineMs) child.kill('SIGKILL');
    if (waited > 2 * stopDeadlineMs) throw new Error(`PostgreSQL, process ${child.pid ?? 0}, does not end.`);
    await pause(20);
  }
};

const lastLines = async (path: string): Promise<string> => {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-8).join('\n');
};

/** Does it answer to our password? Makes the database `portico` where it is missing. */
export const answers = async (cluster: Pick<Cluster, 'password'>, port: number): Promise<boolean> => {
  const { password } = cluster;
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'portico',
    password,
    database: 'postgres',
    connectionTimeoutMillis: 2000,
    query_timeout: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query(`SELECT 1 FROM pg_database WHERE datname = 'portico'`);
    if (rowCount === 0) await client.query('CREATE DATABASE portico');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
};
