// The whole provider in containers of one image, on servers of this machine: each with nothing that it does not need.
import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedPostgres, startNatsWith, startRedis } from '@portico/local';
import { passwordOf, users } from '../../tools/nats/users.js';

export const services = ['authorize', 'token', 'userinfo', 'introspection', 'session', 'worker', 'gateway'];

const readyMs = 180_000;
/** No privilege, no capability, nothing to write to, a user without a name. */
const confined = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--network', 'host'];

const natsSettings = () => ({
  text: readFileSync(new URL('../nats.conf', import.meta.url), 'utf8'),
  environment: Object.fromEntries(users.map(({ user }) => [passwordOf(user), `p${randomBytes(16).toString('hex')}`])),
});

/** PostgreSQL, NATS with the users of the deployment, and Redis. */
export const startServers = async () => {
  const nats = natsSettings();
  // A container's user may read what it is given; on this machine nobody else gets as far.
  const outer = mkdtempSync(join(tmpdir(), 'portico-image-'));
  const folder = join(outer, 'secrets');
  mkdirSync(folder, { mode: 0o755 });
  const servers = [await startEmbeddedPostgres({ ephemeral: true }), await startNatsWith(nats), await startRedis()];
  const [database, bus, queue] = servers.map(({ url }) => url);
  const natsUrl = (user) => `nats://${user}:${nats.environment[passwordOf(user)]}@${new URL(bus).host}`;
  const secrets = { portico_secret: randomBytes(32).toString('base64url'), database_url: database, queue_url: queue };
  for (const user of services) secrets[`nats_url_${user}`] = natsUrl(user);
  for (const [name, text] of Object.entries(secrets)) writeFileSync(join(folder, name), `${text}\n`);
  return {
    folder,
    stop: async () => {
      for (const server of servers.toReversed()) await server.stop();
      rmSync(outer, { recursive: true, force: true });
    },
  };
};

const secret = (name) => `/run/secrets/${name}`;

const settings = (app, more) => ({
  APP: app,
  PORTICO_HOST: '127.0.0.1',
  DATABASE_URL_FILE: secret('database_url'),
  PORTICO_SECRET_FILE: secret('portico_secret'),
  ...(services.includes(app) ? { NATS_URL_FILE: secret(`nats_url_${app}`) } : {}),
  ...(app === 'worker' ? { QUEUE_URL_FILE: secret('queue_url'), PORTICO_CONFIG: secret('portico.yaml') } : {}),
  ...more,
});

/** One container; its standard output is kept. */
export const startContainer = ({ engine, tag, folder }, app, { more = {}, args = [] } = {}) => {
  const name = `portico-${app}-${randomBytes(4).toString('hex')}`;
  const given = Object.entries(settings(app, more)).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const mounted = ['--volume', `${folder}:/run/secrets:ro`];
  const command = engine.command('run', '--rm', '--name', name, ...confined, ...mounted, ...given, tag, ...args);
  const child = spawn(...command, { stdio: ['ignore', 'pipe', 'pipe'] });
  const container = { app, name, output: '', exited: once(child, 'exit').then(([code]) => code) };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (container.output += text));
  return container;
};

/** Waits until it says that it is ready; throws what it said where it ends before. */
export const whenReady = async (container) => {
  let ended = false;
  void container.exited.then(() => (ended = true));
  for (const giveUpAt = Date.now() + readyMs; !container.output.includes('"msg":"ready"'); await pause(50))
    if (ended || Date.now() > giveUpAt) throw new Error(`${container.app} is not ready:\n${container.output}`);
};
