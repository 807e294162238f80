import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { closeDatabase, openDatabase, type Database } from '@portico/postgres';
import {
  startEmbeddedPostgres,
  startNats,
  startRedis,
  tcpProxy,
  until,
  type EmbeddedPostgres,
  type OwnServer,
  type TcpProxy,
} from '@portico/testing';
import { decodeJwt } from 'jose';
import { clocks, halfMinute } from './clocks.js';
import { declare } from './discovered.js';
import { everyEndpoint } from './every-endpoint.js';
import { forked, forkedWithOneMore } from './forked.js';
import { judge, longestMs } from './judge.js';
import { assertionAt, jwtClient } from './jwt-client.js';
import { start, stopAll, type Running } from './setup/topology.js';
import { supervised } from './supervised.js';
import { summary, visitors } from './visits.js';

const root = new URL('../../', import.meta.url).pathname;
const recoveryMs = 15_000;
const poolSize = 4;

let folder: string;
let postgres: EmbeddedPostgres;
let way: TcpProxy;
let nats: OwnServer;
let redis: OwnServer;
let provider: Running;
let database: Database;
let people: Awaited<ReturnType<typeof visitors>>;
let environment: Record<string, string>;

const dataDir = () => join(folder, 'postgres');
const setClocks = (ahead: number) => writeFile(join(folder, 'clocks.json'), JSON.stringify(clocks(ahead)));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portico-faults-'));
  // Not the careless one of other tests: what it has committed outlives a kill.
  [postgres, nats, redis] = await Promise.all([
    startEmbeddedPostgres({ dataDir: dataDir() }),
    startNats(),
    startRedis(),
    setClocks(halfMinute),
  ]);
  const url = new URL(postgres.url);
  way = await tcpProxy(Number(url.port));
  url.port = String(way.port);
  environment = { DATABASE_URL: url.href, DATABASE_POOL: String(poolSize) };
  provider = await start(['tools/services.js'], {
    ...environment,
    NATS_URL: nats.url,
    QUEUE_URL: redis.url,
    NODE_OPTIONS: `--import=${join(root, 'e2e/dist/setup/shifted-clock.js')}`,
    CLOCKS_FILE: join(folder, 'clocks.json'),
  });
  const keys = { PORTICO_SECRET_FILE: join(provider.dataDir, 'secret') };
  expect(await declare({ clients: [jwtClient] }, provider, { ...environment, ...keys })).toBe('');
  database = await openDatabase({ url: postgres.url, poolSize: 2, applicationName: 'faults.crash' });
  people = await visitors(provider, ['anna', 'bob', 'carol', 'dora']);
}, 180_000);
afterAll(async () => {
  await stopAll();
  await closeDatabase(database);
  await Promise.all([postgres.stop(), nats.stop(), redis.stop(), way.close()]);
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const { services, restarted } = supervised(() => provider);
const tell = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

interface Fault {
  readonly harm: () => void | Promise<void>;
  readonly lastsMs: number;
  readonly undo: () => void | Promise<void>;
  /** Some are served all the same. */
  readonly serves?: boolean;
}

/** Visits before, during and after a fault: what was answered holds, what was not is told so in time. */
const survive = async (name: string, { harm, lastsMs, undo, serves = false }: Fault) => {
  const { ledger, seen, failures, end } = people.load(4);
  await until(() => ledger.whole > 0, 20_000);
  await harm();
  const during = seen.length;
  await pause(lastsMs);
  const met = seen.slice(during);
  await undo();
  const backMs = await people.untilRight(recoveryMs);
  await pause(500);
  await end();
  const { broken, spentUnanswered } = await people.settle(ledger);
  tell(`${name}: ${summary(seen)}; right again after ${backMs} ms; ${spentUnanswered} codes spent without an answer`);
  expect(seen.filter(({ verdict }) => verdict === 'wrong' || verdict === 'refused')).toEqual([]);
  expect(failures.filter((failure) => failure.includes('not active'))).toEqual([]);
  expect(Math.max(...seen.map(({ ms }) => ms))).toBeLessThan(longestMs);
  expect(broken).toEqual([]);
  expect(await forked(database.pool)).toEqual([]);
  if (serves) expect(met.some(({ verdict }) => verdict === 'right')).toBe(true);
  return { seen, met };
};

const restartPostgres = async (): Promise<void> => {
  postgres = await startEmbeddedPostgres({ dataDir: dataDir(), port: Number(new URL(postgres.url).port) });
};

describe('under load, with clocks that are a minute apart', () => {
  it('PostgreSQL is killed, and starts again', async () => {
    const { seen } = await survive('PostgreSQL killed', {
      harm: () => {
        process.kill(postgres.pid, 'SIGKILL');
      },
      lastsMs: 1_500,
      undo: restartPostgres,
    });
    expect(seen.some(({ verdict }) => verdict === 'unavailable')).toBe(true);
  }, 60_000);

  it('while PostgreSQL is away every endpoint says so, or needs none', async () => {
    const { access_token: token = '', id_token = '' } = await people.redeem(fetch, await people.codeFor(fetch, 0));
    await postgres.stop();
    try {
      const answers = await everyEndpoint(provider, { cookie: people.cookie(0), token, id_token });
      const needNone = ['discovery', 'oauthDiscovery', 'jwks', 'passwordKey', 'system', 'deviceQr'];
      for (const [name, { verdict, what }] of Object.entries(answers)) {
        // Two answer so in any weather: one that is gone, and one whose SDK reads the body of a 200 alone.
        if (name === 'createSession') expect(what).toMatch(/^410/);
        else if (name === 'graphql') expect(what).toMatch(/^200.*"error":"temporarily_unavailable"/);
        else
          expect({ name, verdict, what }).toMatchObject({ verdict: needNone.includes(name) ? 'right' : 'unavailable' });
      }
    } finally {
      await restartPostgres();
    }
    await people.untilRight(recoveryMs);
  }, 60_000);

  it('PostgreSQL is stopped in good order, and starts again', async () => {
    await survive('PostgreSQL restarted', { harm: () => postgres.stop(), lastsMs: 0, undo: restartPostgres });
  }, 60_000);

  it('PostgreSQL needs a second more for every answer: people are served, slowly', async () => {
    const { met } = await survive('PostgreSQL slow', {
      harm: () => way.set({ delayMs: 1_000 }),
      lastsMs: 16_000,
      undo: () => way.set('fair'),
      serves: true,
    });
    expect(met.filter(({ verdict, path }) => verdict === 'right' && path.endsWith('/token')).length).toBeGreaterThan(0);
  }, 90_000);

  it('PostgreSQL is silent: connections stay, and nothing comes back', async () => {
    const { seen } = await survive('PostgreSQL silent', {
      harm: () => way.set('silent'),
      lastsMs: 6_500,
      undo: () => way.set('fair'),
    });
    expect(seen.some(({ verdict }) => verdict === 'unavailable')).toBe(true);
  }, 90_000);

  it('NATS is killed, and starts again', async () => {
    await survive('NATS killed', { harm: () => nats.kill(), lastsMs: 2_000, undo: () => nats.restart() });
  }, 60_000);

  it('Redis is killed, and starts again: nobody notices', async () => {
    const { seen } = await survive('Redis killed', {
      harm: () => redis.kill(),
      lastsMs: 2_000,
      undo: () => redis.restart(),
      serves: true,
    });
    expect(seen.every(({ verdict }) => verdict === 'right')).toBe(true);
  }, 60_000);

  it('every connection of the pools waits for a lock: whoever finds none is told so soon', async () => {
    const ask = judge();
    const client = await database.pool.connect();
    const crowd = async () => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE tokens IN ACCESS EXCLUSIVE MODE');
      const form = { grant_type: 'client_credentials', scope: 'orders:read' };
      const tokens = Array.from({ length: 8 * poolSize }, () => people.post(ask.ask, '/token', form));
      return tokens.map((one) => one.catch(() => undefined));
    };
    let waiting: Promise<unknown>[] = [];
    await survive('pool exhausted', {
      harm: async () => {
        waiting = await crowd();
      },
      lastsMs: 6_500,
      undo: async () => {
        await client.query('ROLLBACK');
        client.release();
      },
    });
    await Promise.all(waiting);
    tell(`pool exhausted, the crowd: ${summary(ask.seen)}`);
    expect(ask.seen.filter(({ verdict }) => verdict === 'unavailable').length).toBeGreaterThan(4 * poolSize);
    expect(ask.seen.filter(({ verdict, ms }) => verdict === 'wrong' || ms > 8_000)).toEqual([]);
  }, 60_000);

  it('RFC 6749 §4.1.2.1: once the redirect URI is checked, it is the client that is told', async () => {
    const { seen, ask } = judge();
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query('LOCK TABLE tokens IN ACCESS EXCLUSIVE MODE');
    await people.browserOf(ask, 0).open(people.url());
    await client.query('ROLLBACK');
    client.release();
    expect(seen).toMatchObject([{ verdict: 'unavailable', what: expect.stringMatching(/^303/) as unknown }]);
  });
});

describe('one service of each kind is killed', () => {
  /** What each probe has seen from the kill until the service was ready again. */
  const kill = async (service: string) => {
    const all = await people.probes();
    const judges = Object.fromEntries(Object.keys(all).map((name) => [name, judge()]));
    const { pid } = (await services())[service]!;
    const sent: Promise<unknown>[] = [];
    const send = () =>
      Object.entries(all).forEach(([name, probe]) => sent.push(probe(judges[name]!.ask).catch(() => undefined)));
    process.kill(pid, 'SIGKILL');
    const timer = setInterval(send, 120);
    await restarted(service, pid);
    clearInterval(timer);
    await Promise.all(sent);
    return Object.fromEntries(Object.entries(judges).map(([name, { seen }]) => [name, seen]));
  };

  // Those that start anew have clocks that are wrong the other way round.
  it.each(['authorize', 'token', 'introspection', 'userinfo', 'session', 'gateway', 'worker'])(
    '%s: who needs it is told to come again, the others are served',
    async (service) => {
      await setClocks(-halfMinute);
      const seen = await kill(service);
      for (const [name, those] of Object.entries(seen)) {
        expect(those.length).toBeGreaterThan(0);
        tell(`${service} killed, ${name}: ${summary(those)}`);
        const allowed = { [service]: ['right', 'unavailable'] }[name] ?? ['right'];
        const others = service === 'gateway' ? [...allowed, 'refused'] : allowed;
        expect(those.filter(({ verdict }) => !others.includes(verdict))).toEqual([]);
        if (name === service) expect(those.some(({ verdict }) => verdict === 'unavailable')).toBe(true);
        expect(Math.max(...those.map(({ ms }) => ms))).toBeLessThan(longestMs);
      }
      await people.untilRight(recoveryMs);
    },
    60_000,
  );
});

describe('clocks are a minute apart', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const isNow = (at: unknown) => expect(Math.abs(Number(at) - now())).toBeLessThanOrEqual(5);

  // The services were started anew meanwhile: what was ahead is behind now.
  it('RFC 7519 §4.1.4 to §4.1.6: tokens tell the time of the database, and hold everywhere from the moment they are issued', async () => {
    const tokens = await people.redeem(fetch, await people.codeFor(fetch, 0));
    const { iat, exp, auth_time: authTime } = decodeJwt(tokens.id_token ?? '');
    isNow(iat);
    expect(Number(exp) - Number(iat)).toBe(3600);
    expect(Number(authTime)).toBeLessThanOrEqual(now());
    const access = decodeJwt(tokens.access_token ?? '');
    isNow(access.iat);
    expect(await people.introspect(fetch, tokens.access_token ?? '')).toMatchObject({ active: true, iat: access.iat });
    const next = await people.refresh(fetch, tokens.refresh_token ?? '');
    expect(await people.introspect(fetch, next.access_token ?? '')).toMatchObject({ active: true });
  });

  it('OpenID Connect Core 1.0 §3.1.2.1: a sign-in of a moment ago is not older than max_age', async () => {
    const [before] = [now()];
    const those = await visitors(provider, ['anna']);
    const code = await those.codeFor(fetch, 0, { max_age: '10', prompt: 'none' });
    const { auth_time: authTime } = decodeJwt((await those.redeem(fetch, code)).id_token ?? '');
    expect(Number(authTime)).toBeGreaterThanOrEqual(before - 1);
  });

  it.each([30, -30])('RFC 7523 §3: an assertion of a client whose clock is %d s ahead is accepted', async (ahead) => {
    const assertion = await assertionAt(now() + ahead, provider.issuer);
    const form = {
      grant_type: 'client_credentials',
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    };
    const response = await fetch(`${provider.issuer}/token`, { method: 'POST', body: new URLSearchParams(form) });
    expect({ status: response.status, body: (await response.json()) as unknown }).toMatchObject({ status: 200 });
  });
});

it('RFC 9700 §4.14.2: a refresh token with two successors would be noticed', async () => {
  await people.refresh(fetch, (await people.redeem(fetch, await people.codeFor(fetch, 0))).refresh_token ?? '');
  expect(await forkedWithOneMore(database.pool)).toHaveLength(1);
});

it('SIGTERM during a code exchange: it is answered in full, and the code is spent', async () => {
  const { pid } = (await services()).token!;
  const codes = [await people.codeFor(fetch, 0), await people.codeFor(fetch, 1)];
  const { seen, ask } = judge();
  way.set({ delayMs: 1_000 });
  const exchanges = Promise.all(codes.map((code) => people.redeem(ask, code)));
  await pause(1_500);
  expect(seen).toEqual([]);
  process.kill(pid, 'SIGTERM');
  const answers = await exchanges.finally(() => way.set('fair'));
  await restarted('token', pid);
  for (const { access_token: token = '' } of answers)
    expect(await people.introspect(fetch, token)).toMatchObject({ active: true });
  for (const code of codes) await expect(people.redeem(fetch, code)).rejects.toThrow('invalid_grant');
}, 60_000);
