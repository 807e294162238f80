import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from './orphan.js';
import { answers } from './postmaster.js';

const startMs = 10_000;

/** The URL of the PostgreSQL that another process runs on this data folder; undefined where none runs. */
export const runningPostgres = async (dataDir: string): Promise<string | undefined> => {
  const giveUpAt = Date.now() + startMs;
  while (Date.now() < giveUpAt) {
    const [pid, , , port] = (await textOf(join(dataDir, 'data', 'postmaster.pid'))).split('\n');
    const password = (await textOf(join(dataDir, 'password'))).trim();
    if (!pid || !password || !isAlive(Number(pid))) return undefined;
    if (port && (await answers({ password }, Number(port))))
      return `postgres://portico:${password}@127.0.0.1:${port}/portico`;
    await pause(100);
  }
  return undefined;
};

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
