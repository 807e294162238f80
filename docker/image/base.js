// A stand-in for the official image of Node, where no registry is within reach: Debian by mmdebstrap, and this machine's
// Node and npm. Nothing of it but Node and the libraries that it is linked with comes into the image of Portico.
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { which } from '../../tools/setup.js';

const certificates = '/etc/ssl/certs/ca-certificates.crt';
const packages = 'ca-certificates,libstdc++6';

/** Makes it where it is not there yet; answers its name. */
export const ensureBase = (call) => {
  const name = `localhost/portico-base:node-${process.versions.node}`;
  if (!call('buildah', ['images', '--quiet', '--filter', `reference=${name}`])) make(name, call);
  return name;
};

const make = (name, call) => {
  const folder = mkdtempSync(join(tmpdir(), 'portico-base-'));
  const debian = join(folder, 'debian.tar');
  try {
    call('mmdebstrap', ['--variant=minbase', `--include=${packages}`, 'bookworm', debian], { show: true });
    commit(call('buildah', ['from', 'scratch']), { name, debian, call });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const commit = (container, { name, debian, call }) => {
  const npm = dirname(dirname(realpathSync(which('npm'))));
  const buildah = (verb, ...args) => call('buildah', [verb, ...args]);
  buildah('add', '--quiet', container, debian, '/');
  buildah('copy', '--quiet', container, process.execPath, '/usr/local/bin/node');
  buildah('copy', '--quiet', container, npm, '/usr/local/lib/node_modules/npm');
  // What this machine trusts, the build has to: there may be a proxy in between.
  if (existsSync(certificates)) buildah('copy', '--quiet', container, certificates, certificates);
  const link = ['ln', '-s', '../lib/node_modules/npm/bin/npm-cli.js', '/usr/local/bin/npm'];
  buildah('run', '--isolation', 'chroot', container, '--', ...link);
  buildah('config', '--env', 'PATH=/usr/local/bin:/usr/bin:/bin', container);
  buildah('config', '--env', `NODE_EXTRA_CA_CERTS=${certificates}`, container);
  buildah('commit', '--quiet', '--rm', container, name);
};
