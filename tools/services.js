// npm run services: the provider as separate processes, over NATS, PostgreSQL and Redis.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onStop } from './children.js';
import { build, giveUp, install, node, root } from './setup.js';
import { supervise } from './supervise.js';

const names = ['authorize', 'token', 'userinfo', 'introspection', 'session', 'worker', 'gateway'];

install();
build();
const { startEmbeddedPostgres, startNats, startRedis } = await import('@portico/local');

const dataDir = resolve(root, process.env.PORTICO_DATA_DIR || '.portico');
mkdirSync(dataDir, { recursive: true });
const servers = [];
const services = [];
let stopping;
const stop = () => (stopping ??= stopAll());
onStop(stop);

/** The gateway first, so that nothing new comes in; the servers last. */
async function stopAll(code = 0) {
  console.log('Stopping …');
  const [gateway, ...others] = services.toReversed();
  await gateway?.stop();
  await Promise.all(others.map((service) => service.stop()));
  for (const server of servers.toReversed()) await server.stop();
  process.exit(code);
}

/** A server of our own where no URL is given. */
const urlOf = async (variable, start) => {
  if (process.env[variable]) return process.env[variable];
  const server = await start();
  servers.push(server);
  console.log(`${variable.padEnd(13)} | ${new URL(server.url).host}, process ${server.pid}`);
  return server.url;
};

/** One secret for all: the one that is given, else one of our own, made at the first start. */
const secret = () => {
  if (process.env.PORTICO_SECRET || process.env.PORTICO_SECRET_FILE) return {};
  const file = join(dataDir, 'secret');
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  return { PORTICO_SECRET_FILE: file };
};

const environment = async () => ({
  // Nobody balances the load here; Ctrl-C ends it at once.
  PORTICO_DRAIN_SECONDS: '0',
  // A laptop's disk need not have room for a day of a busy installation.
  PORTICO_EVENTS_MAX_MIB: '256',
  ...process.env,
  PORTICO_DATA_DIR: dataDir,
  DATABASE_URL: await urlOf('DATABASE_URL', () => startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') })),
  NATS_URL: await urlOf('NATS_URL', () => startNats({ storeDir: join(dataDir, 'nats') })),
  QUEUE_URL: await urlOf('QUEUE_URL', () => startRedis({ storeDir: join(dataDir, 'redis') })),
  ...secret(),
});

/** Who runs where, for whoever watches or tests. */
const record = () => {
  const file = join(dataDir, 'services.json');
  const entries = services.map(({ name, pid, health }) => [name, { pid, health }]);
  writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(entries), null, 2));
  renameSync(`${file}.new`, file);
};

const migrate = (env) => {
  const { status } = node(['apps/portico/dist/main.js', 'migrate'], { env, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('The database could not be migrated: the reason is above.');
};

let said = false;
const ready = () => {
  record();
  if (said || services.length < names.length || !services.every(({ health }) => health)) return;
  said = true;
  console.log(`\nPortico is ready: ${issuer()}\n`);
};
const issuer = () => process.env.PORTICO_ISSUER || `http://127.0.0.1:${process.env.PORTICO_PORT || 3000}/oidc`;

try {
  const env = await environment();
  migrate(env);
  for (const name of stopping ? [] : names) {
    const service = supervise(name, { env, changed: record, ready, lost: () => (stopping ??= stopAll(1)) });
    services.push(service);
  }
  record();
} catch (error) {
  await Promise.all(servers.map((server) => server.stop()));
  giveUp(error.message);
}
