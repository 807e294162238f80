// Starts the provider as an operator would, on ports and in a folder of its own, and ends it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentialsOf, declaration } from './declaration.js';
import { giveUp, root } from '../tools/setup.js';

const startMs = 120_000;
const stopMs = 30_000;
const commands = { standalone: ['apps/standalone/dist/main.js'], services: ['tools/services.js'] };

const paths = {
  authorize: '/oidc/auth',
  token: '/oidc/token',
  introspection: '/oidc/token/introspection',
  userinfo: '/oidc/me',
  discovery: '/oidc/.well-known/openid-configuration',
  jwks: '/oidc/.well-known/jwks.json',
};

/** A running provider: `{ origin, paths, pids, database, stop }`; all of it on one core where `core` names one. */
export const startProvider = async (topology, { core } = {}) => {
  const database = await startDatabase(core);
  const dataDir = mkdtempSync(join(tmpdir(), 'portico-bench-'));
  const config = join(dataDir, 'portico.yaml');
  writeFileSync(config, JSON.stringify(declaration));
  const port = await freePort();
  const places = { PORTICO_DATA_DIR: dataDir, PORTICO_CONFIG: config, DATABASE_URL: database.url };
  const env = { ...places, PORTICO_PORT: String(port), PORTICO_LOG_LEVEL: 'warn', PORTICO_DEMO: 'false' };
  const child = startOn(core, commands[topology], env);
  const stop = async () => {
    await endAll(child, database);
    rmSync(dataDir, { recursive: true, force: true });
  };
  return started({ port, paths, database, stop }, child);
};

/** What Portico is measured against, likewise, with a PostgreSQL of its own. */
export const startRival = async (name, { core } = {}) => {
  const folder = join(root, 'bench', 'rivals', name);
  installIn(folder);
  const { paths: itsPaths } = await import(join(folder, 'paths.js'));
  const database = await startDatabase(core);
  const port = await freePort();
  const settings = { PORT: String(port), DATABASE_URL: database.url, DECLARATION: JSON.stringify(declaration) };
  const child = startOn(core, [join(folder, 'main.js')], settings);
  return started({ port, paths: itsPaths, database, stop: () => endAll(child, database) }, child);
};

/** A PostgreSQL of its own: with `counted()`, so far, its transactions and the bytes of its log. */
const startDatabase = async (core) => {
  const { startEmbeddedPostgres } = await import('@portico/local');
  const server = await startEmbeddedPostgres({ ephemeral: true });
  if (core !== undefined) spawnSync('taskset', ['-a', '-p', '-c', String(core), String(server.pid)]);
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: server.url, application_name: 'bench' });
  await client.connect();
  const counted = async () => {
    const { rows } = await client.query(counters);
    return { transactions: Number(rows[0].transactions), logBytes: Number(rows[0].bytes) };
  };
  const stop = async () => {
    await client.end();
    await server.stop();
  };
  return { url: server.url, pid: server.pid, counted, stop };
};

const counters = `SELECT (SELECT sum(xact_commit) FROM pg_stat_database) AS transactions,
  pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS bytes`;

const endAll = async (child, database) => {
  await end(child);
  await database.stop();
};

const installIn = (folder) => {
  if (existsSync(join(folder, 'node_modules'))) return;
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status !== 0) giveUp(`npm ci has failed in ${folder}: what it said is above.`);
};

const startOn = (core, command, settings) => {
  const { PATH, HOME, LANG } = process.env;
  const whole = [process.execPath, ...command];
  const [program, ...args] = core === undefined ? whole : ['taskset', '-c', String(core), ...whole];
  return spawn(program, args, { cwd: root, env: { PATH, HOME, LANG, ...settings }, stdio: ['ignore', 'pipe', 'pipe'] });
};

const started = async ({ port, ...rest }, child) => {
  const provider = { ...rest, origin: `http://127.0.0.1:${port}`, pids: [child.pid, rest.database.pid] };
  const said = recorded(child);
  await untilReady({ ...provider, child, said }).catch(async (error) => {
    await provider.stop();
    throw error;
  });
  return provider;
};

/** Is there a program that keeps processes on one core, and more than one core? */
export const canPin = () => spawnSync('taskset', ['-c', '1', 'true']).status === 0;

const recorded = (child) => {
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (said.text = (said.text + String(chunk)).slice(-20_000)));
  return said;
};

/** It is there when it answers a client. */
const untilReady = async ({ origin, paths: { token }, child, said }) => {
  const { authorization } = credentialsOf('ES256');
  const body = 'grant_type=client_credentials&scope=orders%3Aread';
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
  for (const giveUpAt = Date.now() + startMs; Date.now() < giveUpAt && child.exitCode === null;) {
    const { status } = await fetch(origin + token, { method: 'POST', headers, body }).catch(() => ({ status: 0 }));
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`the provider did not become ready; it said:\n${said.text}`);
};

const end = async (child) => {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode !== null || !child.kill('SIGTERM')) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
  await ended;
  clearTimeout(timer);
};

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
