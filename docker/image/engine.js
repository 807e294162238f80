// What builds and runs images here: Docker where it is, else Debian's buildah and podman, which need no daemon.
import { spawnSync } from 'node:child_process';
import { ensureBase } from './base.js';
import { giveUp, root, which } from '../../tools/setup.js';

const minutes = 60_000;

/** Runs a program to its end; answers what it said. */
export const call = (program, args, { timeout = 20 * minutes, show = false } = {}) => {
  const stdio = ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'];
  const done = spawnSync(program, args, { cwd: root, timeout, stdio, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (done.status !== 0) throw new Error(`${program} ${args[0]} has failed: ${done.stderr ?? done.error ?? ''}`);
  return done.stdout?.trim() ?? '';
};

const docker = {
  name: 'docker',
  build: (tag) => call('docker', ['build', '--file', 'docker/Dockerfile', '--tag', tag, '.'], { show: true }),
  command: (...args) => ['docker', args],
};

// A machine that may set no limits of its own runs containers all the same when it is told which.
const limits = ['--ulimit', 'nofile=4096:4096', '--ulimit', 'nproc=4096:4096'];

/** Steps run in a chroot: that asks nothing of the machine that a container itself may not do. */
const bare = {
  name: 'buildah and podman',
  build: (tag) => {
    const base = ['--build-arg', `NODE_IMAGE=${ensureBase(call)}`];
    const how = ['bud', '--isolation', 'chroot', '--layers', '--format', 'docker', ...base];
    call('buildah', [...how, '--file', 'docker/Dockerfile', '--tag', tag, '.'], { show: true });
  },
  command: (verb, ...args) => [
    'podman',
    ['--runtime', 'runc', verb, ...(verb === 'run' ? [...limits, '--read-only-tmpfs=false'] : []), ...args],
  ],
};

/** The program alone does nothing where no daemon listens to it. */
const isRunning = (program) => which(program) && spawnSync(program, ['info'], { timeout: minutes }).status === 0;

/** The engine of this machine. */
export const engine = () => {
  if (isRunning('docker')) return docker;
  const missing = ['buildah', 'mmdebstrap', 'podman', 'runc'].filter((program) => !which(program));
  if (missing.length > 0) giveUp(`This needs docker, or else ${missing.join(', ')} (Debian: apt-get install …).`);
  return bare;
};
