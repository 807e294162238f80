// node docker/image.js: builds the image, runs the whole provider from it as production does, signs a person in, stops it.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, install, root } from '../tools/setup.js';

install();
build();
const { call, engine: find } = await import('./image/engine.js');
const { freePort } = await import('@portico/local');
const { services, startContainer, startServers, whenReady } = await import('./image/provider.js');

const engine = find();
const { version, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const tag = `localhost/portico:${version}`;
const drainMs = 20_000;
const begun = performance.now();
const say = (text) => console.log(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${text}`);

const application = {
  CLIENT_ID: 'image',
  CLIENT_SECRET: 'secretOfTheApplicationInTheImageTest',
  REDIRECT_URI: 'https://image.example.test/cb',
  BYE_URI: 'https://image.example.test/bye',
  IDENTIFIER: 'anna',
  PASSWORD: 'a password for the image, and nothing else',
};
const { CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, BYE_URI, IDENTIFIER, PASSWORD } = application;
const declaration = {
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: [REDIRECT_URI],
      post_logout_redirect_uris: [BYE_URI],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid profile offline_access',
    },
  ],
  accounts: [{ username: IDENTIFIER, password: PASSWORD, name: 'Anna Example' }],
};

const run = (...args) => call(...engine.command(...args), { timeout: 60_000 });

/** What the image is made of; it must be confined by itself, however it is run. */
const inspect = () => {
  const [image] = JSON.parse(run('image', 'inspect', tag));
  const { Config: config, Healthcheck: health = config.Healthcheck } = image;
  if (!/^[1-9]/.test(config.User) || !health) throw new Error(`the image runs as ${config.User}, health: ${health}`);
  say(`${tag}: ${(image.Size / 1e6).toFixed(0)} MB`);
};

/** What a process finds in its container: who it is, what it may do, where it can write, and what only developers need. */
const probe = `
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const canWrite = (path) => { try { writeFileSync(path, ''); return true; } catch { return false; } };
const [capabilities] = /(?<=CapBnd:\\s+)\\w+/.exec(readFileSync('/proc/self/status', 'utf8'));
const writable = ['/x', '/tmp/x', '/portico/x', '/portico/apps/x', '/usr/local/bin/x'].filter(canWrite);
const packages = process.argv.slice(1).filter((name) => existsSync('/portico/node_modules/' + name));
console.log(JSON.stringify({ uid: process.getuid(), capabilities, writable, packages }));`;

const confinement = ({ app, name }) => {
  const text = run('exec', name, 'node', '-e', probe, ...Object.keys(devDependencies));
  const { uid, capabilities, writable, packages } = JSON.parse(text);
  if (uid === 0 || !/^0+$/.test(capabilities) || [...writable, ...packages].length > 0)
    throw new Error(`${app}: ${text}`);
};

const signIn = (issuer) => {
  const script = join(root, 'docker/image/sign-in.js');
  const options = { env: { ...process.env, ...application, ISSUER: issuer }, encoding: 'utf8', timeout: 120_000 };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], options);
  for (const line of stdout.trim().split('\n')) say(`  ${line}`);
  if (status !== 0) throw new Error(`the sign-in has failed:\n${stderr}`);
};

const stop = async (container) => {
  const from = performance.now();
  // `kill` sends what an orchestrator sends, and no more: whoever does not heed it stays.
  run('kill', '--signal', 'TERM', container.name);
  const late = setTimeout(() => run('kill', '--signal', 'KILL', container.name), drainMs);
  const code = await container.exited;
  clearTimeout(late);
  const ms = Math.round(performance.now() - from);
  if (code !== 0) throw new Error(`${container.app} ended with ${code} after ${ms} ms:\n${container.output}`);
  return `${container.app} ${ms} ms`;
};

say(`${engine.name}: building`);
engine.build(tag);
inspect();
const servers = await startServers();
const image = { engine, tag, folder: servers.folder };
const started = [];
try {
  writeFileSync(join(servers.folder, 'portico.yaml'), JSON.stringify(declaration));
  const migration = startContainer(image, 'portico', { args: ['migrate'] });
  if ((await migration.exited) !== 0) throw new Error(`the migration has failed:\n${migration.output}`);
  say('migrated');
  const port = String(await freePort());
  const issuer = `http://127.0.0.1:${port}/oidc`;
  for (const app of services) {
    const health = String(await freePort());
    const more = { PORTICO_PORT: port, PORTICO_ISSUER: issuer, PORTICO_HEALTH_PORT: health };
    started.push(startContainer(image, app, { more }));
  }
  await Promise.all(started.map(whenReady));
  say(`ready: ${issuer}`);
  for (const container of started) {
    confinement(container);
    run('exec', container.name, 'node', 'docker/health.js', 'ready');
  }
  say('each of them is well, no root, without a capability, can write nowhere, and has no package of developers');
  signIn(issuer);
  // The gateway first, so that nothing new comes in.
  say(`SIGTERM → 0: ${(await Promise.all(started.splice(0).toReversed().map(stop))).join(', ')}`);
} finally {
  for (const container of started) run('rm', '--force', container.name);
  await servers.stop();
}
say('done');
