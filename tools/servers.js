// The servers that the tests start for themselves must be on the machine.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { giveUp, which } from './setup.js';

const policy = '/usr/sbin/policy-rc.d';

/** Installs Debian's packages where it may, else says what to install. */
export const ensureServers = () => {
  const missing = ['nats-server', 'redis-server'].filter((program) => !which(program));
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && which('apt-get')) installQuietly(missing);
  const still = missing.filter((program) => !which(program));
  if (still.length > 0) giveUp(`The tests need ${still.join(' and ')}; on Debian: apt-get install ${still.join(' ')}`);
};

/** Without starting them: the tests start their own, on free ports. */
const installQuietly = (packages) => {
  console.error(`Installing ${packages.join(' and ')} …`);
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', args, { env, stdio: ['ignore', 2, 2], timeout: 300_000 });
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...packages);
  } finally {
    if (isOurs) rmSync(policy, { force: true });
  }
};
