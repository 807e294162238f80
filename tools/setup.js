// What every command does first, on a machine that has only Node and npm.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...path) => join(root, ...path);
const lock = at('package-lock.json');
const stamp = at('node_modules', '.portico-installed');

/** Ends the command with a sentence. */
export const giveUp = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

/** Installs what the lock file says, where that has not happened yet. */
export const install = () => {
  checkNode();
  if (isInstalled()) return;
  console.error('Installing the dependencies (npm ci) …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) giveUp('npm ci has failed: what it said is above. Is the package registry within reach?');
  writeFileSync(stamp, wanted());
};

/** Compiles what has changed. */
export const build = () => {
  const { status } = node([at('node_modules/tsc7/bin/tsc'), '-b'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) giveUp('The build has failed: what the compiler said is above.');
};

/** Runs Node to its end. */
export const node = (args, options = {}) => spawnSync(process.execPath, args, { cwd: root, ...options });

/** Where a program is, if it is on this machine. */
export const which = (program) =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/usr/bin']
    .map((folder) => join(folder, program))
    .find(isProgram);

const checkNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    giveUp(`Portico needs Node 20.19 or newer; this is ${process.version}.`);
};

const wanted = () => createHash('sha256').update(readFileSync(lock)).digest('hex');

const isInstalled = () => {
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === wanted();
  // Somebody has run npm by hand.
  const own = at('node_modules/.package-lock.json');
  return existsSync(own) && statSync(own).mtimeMs >= statSync(lock).mtimeMs;
};

const isProgram = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
