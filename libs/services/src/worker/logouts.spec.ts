import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sessionStore } from '@portico/postgres';
import { freePort, startRedis, until, type OwnServer, type Spawned } from '@portico/testing';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { build, ground, healthOf, run, type Ground } from '../common/processes.fixture.js';

let floor: Ground;
let redis: OwnServer;
let workers: Spawned[] = [];
let receivers: Receiver[] = [];

/** The server of a client, that can be down; it counts what it has acknowledged, by session. */
interface Receiver {
  readonly clientId: string;
  readonly acknowledged: Map<string, number>;
  readonly tokens: Set<string>;
  readonly requests: () => number;
  readonly up: () => Promise<void>;
  readonly down: () => Promise<void>;
}

interface Claims {
  readonly sid: string;
  readonly jti: string;
  readonly aud: string;
}

const claimsIn = (body: string): Claims => {
  const [, claims = ''] = (new URLSearchParams(body).get('logout_token') ?? '').split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Claims;
};

const receiver = async (clientId: string, answer?: (response: ServerResponse, claims: Claims) => unknown) => {
  const port = await freePort();
  const [acknowledged, tokens] = [new Map<string, number>(), new Set<string>()];
  let [server, requests]: [Server | undefined, number] = [undefined, 0];
  const acknowledge = (response: ServerResponse, { sid }: Claims): void => {
    acknowledged.set(sid, (acknowledged.get(sid) ?? 0) + 1);
    response.end();
  };
  const made: Receiver = {
    clientId,
    acknowledged,
    tokens,
    requests: () => requests,
    up: () => {
      server = createServer((request, response) => {
        requests += 1;
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          const claims = claimsIn(body);
          if (claims.aud !== clientId) throw new Error(`for ${claims.aud}`);
          tokens.add(claims.jti);
          (answer ?? acknowledge)(response, claims);
        });
      });
      server.keepAliveTimeout = 30_000;
      return new Promise((resolve) => server?.listen(port, '127.0.0.1', resolve));
    },
    down: async () => {
      const closing = server;
      server = undefined;
      closing?.closeAllConnections();
      if (closing) await new Promise((resolve) => closing.close(resolve));
    },
  };
  receivers.push(made);
  const metadata = { backchannel_logout_uri: `http://127.0.0.1:${port}/logout`, id_token_signed_response_alg: 'ES256' };
  await query(`INSERT INTO clients (id, metadata, secrets) VALUES ($1, $2, '[]')`, [
    clientId,
    JSON.stringify(metadata),
  ]);
  return made;
};

const query = <Row extends object>(text: string, values: unknown[] = []) =>
  floor.database.pool.query<Row>(text, values);

/** Sessions in each of which every client got something. */
const signedIn = async (prefix: string, count: number): Promise<string[]> => {
  await query(
    `INSERT INTO sessions (sid, secret_hash, subject, amr, auth_time, started_at, expires_at)
     SELECT $1 || n, $1 || n, 'person ' || n, '{pwd}', now(), now(), now() + interval '1 hour'
     FROM generate_series(1, $2::integer) n`,
    [prefix, count],
  );
  await query(
    `INSERT INTO session_participants (sid, client_id, joined_at)
     SELECT $1 || n, id, now() FROM generate_series(1, $2::integer) n, clients`,
    [prefix, count],
  );
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
};

const end = async (sids: readonly string[]): Promise<void> => {
  const waiting = [...sids];
  const sessions = sessionStore(floor.database);
  const endSome = async (): Promise<void> => {
    for (let sid = waiting.pop(); sid; sid = waiting.pop())
      await sessions.end(sid, 'test', Math.floor(Date.now() / 1000));
  };
  await Promise.all([endSome(), endSome(), endSome(), endSome()]);
};

const states = async (): Promise<Record<string, number>> => {
  const { rows } = await query<{ state: string; count: number }>(
    'SELECT state, count(*)::integer AS count FROM logout_deliveries GROUP BY state',
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
};
const untilDelivered = async (count: number, deadlineMs: number): Promise<void> => {
  for (const giveUpAt = Date.now() + deadlineMs; (await states()).delivered !== count;) {
    if (Date.now() > giveUpAt) throw new Error(`within ${deadlineMs} ms only ${JSON.stringify(await states())}`);
    await pause(200);
  }
};

const startWorker = (): Spawned => {
  const worker = run('worker', { ...floor.environment, QUEUE_URL: redis.url });
  workers.push(worker);
  return worker;
};
const kill = async (worker: Spawned): Promise<void> => {
  worker.kill('SIGKILL');
  await worker.exited;
};

beforeAll(async () => {
  await build('worker');
  floor = await ground();
}, 150_000);
afterAll(() => floor.stop(), 60_000);
beforeEach(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop(10_000)));
  await Promise.all(receivers.map(({ down }) => down()));
  [workers, receivers] = [[], []];
  await redis.stop();
  await query('TRUNCATE logout_deliveries, session_participants, sessions, clients, outbox CASCADE');
}, 60_000);

describe('OpenID Connect Back-Channel Logout 1.0 §2.5: deliveries', () => {
  it('10,000 sessions of 3 applications, one down and then up: every one is told, and acknowledges once', async () => {
    const sessions = 10_000;
    const all = [await receiver('one'), await receiver('two'), await receiver('down at first')];
    const [one, two, late] = all as [Receiver, Receiver, Receiver];
    await Promise.all([one.up(), two.up()]);
    const sids = await signedIn('s', sessions);
    await Promise.all([healthOf(startWorker()), healthOf(startWorker())]);
    const ending = end(sids);
    await until(() => one.acknowledged.size > sessions / 10, 180_000);
    expect(late.requests()).toBe(0);
    await late.up();
    await ending;
    await untilDelivered(sessions * 3, 240_000);

    for (const { acknowledged, tokens } of all) {
      expect(acknowledged.size).toBe(sessions);
      expect([...acknowledged.values()].filter((times) => times !== 1)).toEqual([]);
      expect(tokens.size).toBe(sessions);
    }
    expect(await states()).toEqual({ delivered: sessions * 3 });
  }, 480_000);

  it('a worker that is killed in the middle, again and again, has lost nothing', async () => {
    const all = [await receiver('one'), await receiver('two')];
    await Promise.all(all.map(({ up }) => up()));
    const sids = await signedIn('k', 1_500);
    const ending = end(sids);
    const done = () => all.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
    for (const part of [200, 900, 1_600]) {
      const worker = startWorker();
      await until(() => done() > part, 60_000);
      await kill(worker);
    }
    expect(done()).toBeLessThan(3_000);
    await ending;
    startWorker();
    await untilDelivered(3_000, 120_000);
    // One that was acknowledged at the moment of the kill comes again, under the same jti.
    for (const { acknowledged, tokens } of all) {
      expect(acknowledged.size).toBe(1_500);
      expect(tokens.size).toBe(1_500);
    }
  }, 240_000);

  it('what ended while no worker was there is told when one is', async () => {
    const client = await receiver('one');
    await client.up();
    const first = startWorker();
    await healthOf(first);
    await end(await signedIn('before', 1));
    await untilDelivered(1, 20_000);
    await first.stop(10_000);
    await end(await signedIn('away', 20));
    startWorker();
    await untilDelivered(21, 40_000);
    expect(new Set(client.acknowledged.values())).toEqual(new Set([1]));
  }, 90_000);

  it('while Redis is away sessions end all the same; when it is back, all are told', async () => {
    const client = await receiver('one');
    await client.up();
    await healthOf(startWorker());
    const sids = await signedIn('r', 50);
    await redis.kill();
    await end(sids);
    await pause(2_000);
    expect(await states()).toEqual({ pending: 50 });
    await redis.restart();
    await untilDelivered(50, 90_000);
    expect([...client.acknowledged.values()].every((times) => times === 1)).toBe(true);
  }, 150_000);

  it('a worker that starts while Redis is away publishes what became true', async () => {
    const sids = await signedIn('p', 3);
    await redis.kill();
    startWorker();
    await end(sids);
    const waiting = 'SELECT count(*)::integer AS count FROM outbox WHERE published_at IS NULL';
    for (const giveUpAt = Date.now() + 20_000; ;) {
      await pause(100);
      const { rows } = await query<{ count: number }>(waiting);
      if (rows[0]?.count === 0) break;
      if (Date.now() > giveUpAt) throw new Error('nothing is published');
    }
    await redis.restart();
  }, 60_000);

  it('what the queue has lost is handed out again', async () => {
    const client = await receiver('one');
    await client.up();
    await end(await signedIn('lost', 5));
    // As if the queue had been told long ago, and had forgotten it: there is neither an event nor a job.
    await query('DELETE FROM outbox');
    await query(`UPDATE logout_deliveries SET handed_at = handed_at - interval '5 minutes'`);
    startWorker();
    await untilDelivered(5, 60_000);
    expect(client.tokens.size).toBe(5);
  }, 90_000);

  it('a client that hangs keeps no other waiting', async () => {
    const held: ServerResponse[] = [];
    const [hanging, quick] = [await receiver('hanging', (response) => held.push(response)), await receiver('quick')];
    await Promise.all([hanging.up(), quick.up()]);
    await healthOf(startWorker());
    await end(await signedIn('h', 300));
    await untilDelivered(300, 45_000);
    expect(quick.acknowledged.size).toBe(300);
    expect(hanging.requests()).toBeLessThan(200);
  }, 90_000);
});
