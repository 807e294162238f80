import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Binaries } from './binaries.js';
import { isAlive } from './orphan.js';
import { folderAsSeen, giveTo, type RunAs } from './run-as.js';

const initdbDeadlineMs = 120_000;

/** What PostgreSQL runs on: `data`, beside it the `password` and `postgres.log`. */
export interface Cluster {
  readonly folder: string;
  readonly data: string;
  readonly log: string;
  readonly password: string;
}

/** The folder, made where it is missing; without a name a temporary one. */
export const openFolder = async (dataDir: string | undefined): Promise<string> => {
  if (dataDir === undefined) return realpath(await mkdtemp(join(tmpdir(), 'portico-data-')));
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  return realpath(dataDir);
};

/** The cluster in a folder, initialised where it is new. */
export const openCluster = async (
  folder: string,
  { binaries, runAs, sync }: { binaries: Binaries; runAs: RunAs; sync: boolean },
): Promise<Cluster> => {
  if (runAs.uid !== undefined) await chmod(folder, 0o711); // whoever PostgreSQL runs as looks up `data` and `password` here
  const password = await keptPassword(folder, runAs);
  const data = join(folder, 'data');
  if (!(await stat(data).catch(() => undefined))) await initialise(folder, { binaries, runAs, sync });
  return { folder, data, log: join(folder, 'postgres.log'), password };
};

/** Made once; a link appears whole or not at all, so that two starts agree on one password. */
const keptPassword = async (folder: string, runAs: RunAs): Promise<string> => {
  const path = join(folder, 'password');
  const fresh = `${path}-${randomUUID()}`;
  if (!(await stat(path).catch(() => undefined))) {
    await writeFile(fresh, randomBytes(24).toString('base64url'), { mode: 0o600 });
    await giveTo(runAs, fresh);
    await link(fresh, path).catch(() => undefined);
    await rm(fresh, { force: true });
  }
  return (await readFile(path, 'utf8')).trim();
};

/** In a folder of its own that is renamed once complete: a killed `initdb` leaves nothing that looks like data. */
const initialise = async (
  folder: string,
  { binaries, runAs, sync }: { binaries: Binaries; runAs: RunAs; sync: boolean },
): Promise<void> => {
  await removeLeftovers(folder);
  const fresh = await mkdtemp(join(folder, `initdb-${process.pid}-`));
  await giveTo(runAs, fresh);
  try {
    await initdb(fresh, { binaries, runAs, sync });
    await rename(fresh, join(folder, 'data')).catch(() => undefined); // another start was faster: its data are as good
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
};

const initdb = async (
  fresh: string,
  { binaries, runAs, sync }: { binaries: Binaries; runAs: RunAs; sync: boolean },
): Promise<void> => {
  const seen = folderAsSeen(fresh);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['--username=portico', `--pwfile=${seen}/../password`, '--auth=scram-sha-256'];
  const args = [`--pgdata=${seen}`, ...access, ...locale, ...(sync ? [] : ['--no-sync'])];
  await promisify(execFile)(binaries.initdb, args, {
    ...runAs,
    cwd: fresh,
    env: { LC_ALL: 'C' },
    timeout: initdbDeadlineMs,
    killSignal: 'SIGKILL',
  });
};

/** Of processes that are gone; in a container the next one often has the same number. */
const removeLeftovers = async (folder: string): Promise<void> => {
  const startedAt = performance.timeOrigin;
  for (const name of await readdir(folder)) {
    const pid = Number(/^initdb-(\d+)-/.exec(name)?.[1] ?? 0);
    if (pid === 0) continue;
    const path = join(folder, name);
    const isOld = async () => ((await stat(path).catch(() => undefined))?.mtimeMs ?? Infinity) < startedAt;
    if (pid === process.pid ? await isOld() : !isAlive(pid)) await rm(path, { recursive: true, force: true });
  }
};
