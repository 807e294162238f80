import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { calls, inboxPrefixOf } from '@portico/contracts';
import { startNatsWith } from '@portico/local';
import { natsRevocations } from '@portico/resource-server';
import {
  freePort,
  spawnProcess,
  startRedis,
  testDatabase,
  type OwnServer,
  type Spawned,
  type TestDatabase,
} from '@portico/testing';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = new URL('../', import.meta.url).pathname;
const services = ['worker', 'authorize', 'token', 'userinfo', 'introspection', 'session', 'gateway'];
const users = [...services, 'resource-server', 'internal', 'operator'];
const application = {
  CLIENT_ID: 'shop',
  CLIENT_SECRET: 'secretOfTheShopUnderNatsPermissions',
  REDIRECT_URI: 'https://shop.example.test/cb',
  BYE_URI: 'https://shop.example.test/bye',
  IDENTIFIER: 'anna',
  PASSWORD: 'a password under permissions',
};

let database: TestDatabase;
let nats: OwnServer;
let redis: OwnServer;
let folder: string;
let receiver: Server;
let issuer: string;
const told: string[] = [];
const processes = new Map<string, Spawned>();

const passwordOf = (user: string): string => `p${user.replaceAll('-', '')}`;
const natsUrl = (user: string): string => `nats://${user}:${passwordOf(user)}@${new URL(nats.url).host}`;
const healthOf = async (app: string): Promise<string> => {
  const line = await processes.get(app)!.waitFor(/"msg":"ready"/, 120_000);
  return (JSON.parse(line) as { health: string }).health;
};
const untilSo = async (isSo: () => Promise<boolean> | boolean): Promise<void> => {
  const giveUpAt = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error('not so in time');
    await pause(50);
  }
};

/** The application's server, which is told of logouts. */
const startReceiver = async (): Promise<string> => {
  receiver = createServer((request, response) => {
    told.push(request.url ?? '');
    request.resume().on('end', () => void response.end());
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  return `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/logout`;
};

const declare = async (): Promise<string> => {
  const { CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, BYE_URI, IDENTIFIER, PASSWORD } = application;
  const client = {
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    redirect_uris: [REDIRECT_URI],
    post_logout_redirect_uris: [BYE_URI],
    backchannel_logout_uri: await startReceiver(),
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid profile offline_access',
  };
  const file = join(folder, 'portico.yaml');
  await writeFile(
    file,
    JSON.stringify({ clients: [client], accounts: [{ username: IDENTIFIER, password: PASSWORD }] }),
  );
  return file;
};

const start = (app: string, environment: Record<string, string>, ...args: string[]): Spawned =>
  spawnProcess(process.execPath, [join(root, 'docker/entry.js'), ...args], {
    cwd: folder,
    environment: { APP: app, ...environment },
  });

beforeAll(async () => {
  await spawnProcess(process.execPath, ['node_modules/tsc7/bin/tsc', '-b'], { cwd: root }).exited;
  [folder, database, redis] = [await mkdtemp(join(tmpdir(), 'portico-')), await testDatabase(), await startRedis()];
  const text = await readFile(join(root, 'docker/nats.conf'), 'utf8');
  const variable = (user: string): string => `NATS_${user.toUpperCase().replaceAll('-', '_')}_PASSWORD`;
  const environment = Object.fromEntries(users.map((user) => [variable(user), passwordOf(user)]));
  nats = await startNatsWith({ text, environment });
  const port = String(await freePort());
  issuer = `http://127.0.0.1:${port}/oidc`;
  const common = {
    PORTICO_ISSUER: issuer,
    PORTICO_PORT: port,
    PORTICO_CONFIG: await declare(),
    PORTICO_SECRET: 'a secret of the installation, for tests',
    DATABASE_URL: database.url,
    QUEUE_URL: redis.url,
  };
  expect(await start('portico', common, 'migrate').exited).toBe(0);
  for (const app of services) {
    const file = join(folder, app);
    await writeFile(file, `${natsUrl(app)}\n`);
    processes.set(app, start(app, { ...common, NATS_URL_FILE: file }));
  }
  await Promise.all(services.map(healthOf));
}, 240_000);

afterAll(async () => {
  await Promise.all([...processes.values()].map((one) => one.stop(25_000)));
  receiver.close();
  await Promise.all([nats.stop(), redis.stop(), database.remove()]);
  await rm(folder, { recursive: true, force: true });
}, 60_000);

describe('the provider on NATS with the permissions of the deployment', () => {
  it('a person signs in, and everything that follows works', async () => {
    const signIn = spawnProcess(process.execPath, [join(root, 'docker/image/sign-in.js')], {
      environment: { ...application, ISSUER: issuer },
    });
    expect({ code: await signIn.exited, lines: signIn.lines }).toMatchObject({
      code: 0,
      lines: expect.arrayContaining(['code and tokens', 'introspection: revoked', 'logout']),
    });
  }, 60_000);

  it('the worker reads of the logout, and tells the application', () => untilSo(() => told.length === 1), 40_000);

  it('each service that remembers revocations is current', async () => {
    for (const app of ['introspection', 'userinfo'])
      await untilSo(async () => {
        const numbers = await (await fetch(`${await healthOf(app)}/metrics`)).text();
        return /^portico_revocation_current\S* 1$/m.test(numbers);
      });
  }, 70_000);

  it('an API follows revocations, and an internal service asks', async () => {
    const open = (user: string) =>
      connect({
        servers: new URL(nats.url).host,
        user,
        pass: passwordOf(user),
        inboxPrefix: inboxPrefixOf(user),
      });
    const api = await open('resource-server');
    const source = natsRevocations(api, { inboxPrefix: inboxPrefixOf('resource-server') });
    await untilSo(() => source.isCurrent());
    await source.close();
    await api.close();
    const internal = await open('internal');
    const { CLIENT_ID: client_id, CLIENT_SECRET: client_secret } = application;
    const question = JSON.stringify({ client_id, client_secret, tokens: ['none'] });
    const answer = await internal.request(calls.introspect.subject, question, { timeout: 5_000 });
    expect(answer.json()).toEqual({ answers: [{ active: false }] });
    await internal.close();
  }, 60_000);

  it('nobody was refused anything, but to make the stream before the worker had made it', () => {
    const refused = [...processes].flatMap(([app, { lines }]) =>
      lines.filter((line) => line.includes('PERMISSIONS_VIOLATION')).map(() => app),
    );
    for (const app of ['gateway', 'worker']) expect(refused).not.toContain(app);
    for (const app of services) expect(refused.filter((name) => name === app).length).toBeLessThanOrEqual(3);
  });

  it('each process ends in good order when it is told to', async () => {
    for (const app of services.toReversed()) expect([app, await processes.get(app)!.stop(25_000)]).toEqual([app, 0]);
  }, 60_000);
});
