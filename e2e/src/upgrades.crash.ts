import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { closeDatabase, openDatabase, type Database } from '@portico/postgres';
import {
  freePort,
  spawnProcess,
  startEmbeddedPostgres,
  startNats,
  startRedis,
  until,
  type EmbeddedPostgres,
  type OwnServer,
} from '@portico/testing';
import { forked } from './forked.js';
import { countingClient } from './rolling/client.js';
import { declaration } from './rolling/declared.js';
import { machines, people } from './rolling/flows.js';
import { openFront, type Front } from './rolling/front.js';
import { startInstance, type Instance } from './rolling/instances.js';
import { leaksIn } from './setup/secrets.js';

const current = new URL('../..', import.meta.url).pathname;
/** A checkout of the version before, built; where none is given the services are replaced by themselves. */
const former = process.env.FORMER_CHECKOUT ?? current;
const names = ['authorize', 'session', 'token', 'introspection', 'userinfo', 'worker', 'gateway'];
const instancesEach = 2;

let folder: string;
let postgres: EmbeddedPostgres;
let nats: OwnServer;
let redis: OwnServer;
let database: Database | undefined;
let front: Front;
let environment: Record<string, string>;
const running = new Map<string, Instance[]>();
/** What the processes have said that have ended. */
const lines: string[] = [];

beforeAll(async () => {
  // What is started here is another provider than the one that runs for the other tests.
  delete process.env.PORTICO_E2E_SERVICES;
  folder = await mkdtemp(join(tmpdir(), 'portico-upgrades-'));
  [postgres, nats, redis] = await Promise.all([
    startEmbeddedPostgres({ ephemeral: true }),
    startNats({ storeDir: join(folder, 'nats') }),
    startRedis({ storeDir: join(folder, 'redis') }),
  ]);
  front = await openFront(await freePort());
  environment = {
    PORTICO_DATA_DIR: folder,
    PORTICO_SECRET: 'the secret of the installation of this test',
    PORTICO_ISSUER: `http://127.0.0.1:${front.port}/oidc`,
    PORTICO_DRAIN_SECONDS: '1',
    DATABASE_URL: postgres.url,
    NATS_URL: nats.url,
    QUEUE_URL: redis.url,
  };
  await writeFile(join(folder, 'portico.yaml'), JSON.stringify(declaration));
  await portico(former, 'migrate');
  await portico(former, 'apply', join(folder, 'portico.yaml'));
  database = await openDatabase({ url: postgres.url, poolSize: 1, applicationName: 'upgrades.crash' });
  for (const name of names)
    running.set(name, await Promise.all(Array.from({ length: instancesEach }, () => startOf(former, name))));
}, 300_000);
afterAll(async () => {
  await Promise.all([...running.values()].flat().map((instance) => instance.stop()));
  await front.close();
  if (database) await closeDatabase(database);
  await Promise.all([postgres.stop(), nats.stop(), redis.stop()]);
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const environmentOf = (root: string): Record<string, string> => {
  // A version before knows it as a fault.
  const { PORTICO_DRAIN_SECONDS: _, ...known } = environment;
  return root === current ? environment : known;
};
const startOf = (root: string, name: string) => startInstance(name, { root, environment: environmentOf(root), front });
const portico = async (root: string, ...args: string[]): Promise<void> => {
  const command = spawnProcess(process.execPath, [join(root, 'apps/portico/dist/main.js'), ...args], {
    environment: environmentOf(root),
  });
  const code = await command.exited;
  lines.push(...command.lines);
  if (code !== 0) throw new Error(command.lines.join('\n'));
};

/** One at a time for each service, so that there is always another instance. */
const inTurn = () => {
  const last = new Map<string, Promise<unknown>>();
  return <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const mine = (last.get(name) ?? Promise.resolve()).then(work);
    last.set(
      name,
      mine.catch(() => undefined),
    );
    return mine;
  };
};

/** What every process has said until now; of those that end, some lines twice. */
const said = (): string[] => [...lines, ...[...running.values()].flat().flatMap(({ process }) => process.lines)];
const askedAgain = (): number => new Set(said().filter((line) => line.includes('asked again'))).size;

const atOnce = (): Promise<void> => Promise.resolve();
/** What hangs has then taken something that it does not answer. */
const untilAskedAgain = async (): Promise<void> => {
  const before = askedAgain();
  await until(() => askedAgain() > before, 20_000);
};

const exits: unknown[] = [];
const replaced = async (name: string, index: number, end: (instance: Instance) => Promise<unknown>): Promise<void> => {
  const all = running.get(name)!;
  await end(all[index]!);
  lines.push(...all[index]!.process.lines);
  all[index] = await startOf(current, name);
};
const restart = (name: string, index: number) =>
  replaced(name, index, async (instance) => void exits.push(await instance.stop()));

it('RFC 6749 §5.1: every instance is replaced one by one and some are killed, under load, and no request fails', async () => {
  const client = countingClient(environment.PORTICO_ISSUER!);
  const ended = new Set<string>();
  let over = false;
  const loop = async (flow: () => Promise<void>): Promise<void> => {
    while (!over) {
      await flow().catch(() => undefined);
      await pause(20);
    }
  };
  const begun = Date.now();
  const load = [
    ...Array.from({ length: 2 }, () => loop(people(client, ended))),
    ...Array.from({ length: 2 }, () => loop(machines(client, environment.PORTICO_ISSUER!))),
  ];
  const alone = inTurn();
  const kill = (name: string, hung: () => Promise<unknown>) =>
    alone(name, () => replaced(name, Math.floor(Math.random() * instancesEach), (instance) => instance.kill(hung)));
  const killing = async (): Promise<void> => {
    for (const hung of [atOnce, untilAskedAgain]) {
      for (const name of ['token', 'introspection']) {
        await pause(Math.random() * 1_000);
        await kill(name, hung);
      }
    }
  };
  const rolling = async (): Promise<void> => {
    await portico(current, 'migrate');
    for (const name of names)
      for (let index = 0; index < instancesEach; index += 1) await alone(name, () => restart(name, index));
  };
  try {
    await Promise.all([rolling(), killing()]);
  } finally {
    over = true;
    await Promise.all(load);
  }
  const again = askedAgain();
  const total = [...client.asked.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(
    `${total} requests in ${Math.round((Date.now() - begun) / 1000)} s, ${client.failures.length} failed, ${again} asked again, ` +
      `the slowest took ${client.slowest()} ms: ${JSON.stringify(Object.fromEntries(client.asked))}\n`,
  );

  expect(client.failures.map(toldOf)).toEqual([]);
  expect(client.secrets.size).toBeGreaterThan(500);
  expect(leaksIn(said().join('\n'), client.secrets.values())).toEqual([]);
  expect(exits).toEqual(exits.map(() => 0));
  expect(exits).toHaveLength(names.length * instancesEach);
  expect(total).toBeGreaterThan(500);
  expect(await revoked()).toEqual([...ended].sort());
  expect(await forked(database!.pool)).toEqual([]);
}, 600_000);

/** A failure, and what the services say of that request. */
const toldOf = (failure: string): string => {
  const [, id] = /"correlation_id":"(\w+)"/.exec(failure) ?? [];
  return [failure, ...said().filter((line) => id !== undefined && line.includes(id))].join('\n');
};

/** The authorizations that somebody has ended: where a code or a refresh token counted as stolen, there would be more. */
const revoked = async (): Promise<string[]> => {
  const { rows } = await database!.pool.query<{ id: string }>(
    'SELECT id FROM authorizations WHERE revoked_at IS NOT NULL ORDER BY id COLLATE "C"',
  );
  return rows.map(({ id }) => id);
};
