import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { publishedEventSchema, type PublishedEvent } from '@portico/contracts';
import { testDatabase, type TestDatabase } from '@portico/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { closeDatabase, migrate, openDatabase, outbox, tokenStore, type Database } from './index.js';

const now = 1_800_000_000;
const until = async (holds: () => boolean, deadlineMs = 5000) => {
  for (let waited = 0; !holds() && waited < deadlineMs; waited += 10) await pause(10);
  expect(holds()).toBe(true);
};

describe('outbox', () => {
  let server: TestDatabase;
  let database: Database;
  let published: PublishedEvent[];
  const stops: (() => Promise<void>)[] = [];

  const publish = (event: PublishedEvent): Promise<void> => {
    published.push(event);
    return Promise.resolve();
  };
  /** Revokes so many authorizations, one transaction each: so many facts, in this order. */
  const append = async (...ids: string[]) => {
    for (const id of ids) {
      const authorization = { id, clientId: 'c', scope: [], resources: [], grantedAt: now, expiresAt: now + 600 };
      await tokenStore(database).begin(authorization, []);
      await tokenStore(database).revokeAuthorization(id, 'test', now);
    }
  };
  const idsOf = (events: readonly PublishedEvent[]) =>
    events.map(({ data }) => ('authorizationId' in data ? data.authorizationId : ''));

  beforeAll(async () => {
    server = await testDatabase();
    database = await openDatabase({ url: server.url, poolSize: 10, applicationName: 'outbox.spec' });
    await migrate(database);
  });
  beforeEach(async () => {
    published = [];
    await database.dataSource.query('TRUNCATE outbox, authorizations');
  });
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  });
  afterAll(async () => {
    await closeDatabase(database);
    await server.remove();
  });

  test('publishes in order, a limited number at a time, each once', async () => {
    await append('a', 'b', 'c');
    expect(await outbox(database).drain(publish, 2)).toBe(2);
    expect(await outbox(database).drain(publish, 2)).toBe(1);
    expect(await outbox(database).drain(publish, 2)).toBe(0);
    expect(idsOf(published)).toEqual(['a', 'b', 'c']);
  });

  test('what it publishes is what the contract says', async () => {
    await append('a');
    await outbox(database).drain(publish, 10);
    const data = { authorizationId: 'a', clientId: 'c', reason: 'test', at: now };
    expect(published).toEqual([{ id: expect.any(String), event: 'authorizationRevoked', data }]);
    expect(publishedEventSchema.parse(published[0])).toEqual(published[0]);
  });

  test('a publish that fails keeps its fact and those after it; they come again under the same ids', async () => {
    await append('a', 'b', 'c');
    const seen: PublishedEvent[] = [];
    const failAtB = (event: PublishedEvent) => {
      seen.push(event);
      return idsOf([event])[0] === 'b' ? Promise.reject(new Error('no bus')) : publish(event);
    };
    await expect(outbox(database).drain(failAtB, 10)).rejects.toThrow('no bus');
    expect(idsOf(published)).toEqual(['a']);
    expect(await outbox(database).drain(publish, 10)).toBe(2);
    expect(idsOf(published)).toEqual(['a', 'b', 'c']);
    expect(published[1]?.id).toBe(seen[1]?.id);
    expect(new Set(published.map(({ id }) => id)).size).toBe(3);
  });

  test('a crash before the commit loses nothing: it all comes again under the same ids', async () => {
    await append('a', 'b');
    const crashing = await openDatabase({ url: server.url, poolSize: 1, applicationName: 'crashing' });
    const before: PublishedEvent[] = [];
    const crash = async (event: PublishedEvent) => {
      before.push(event);
      if (before.length === 2)
        await database.dataSource.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'crashing'`,
        );
    };
    await expect(outbox(crashing).drain(crash, 10)).rejects.toThrow(/database/);
    await closeDatabase(crashing);
    expect(await outbox(database).drain(publish, 10)).toBe(2);
    expect(published).toEqual(before);
  });

  test('of two that drain at once one does, so that the order holds; the other is told', async () => {
    await append('a', 'b', 'c', 'd');
    const slowly = async (event: PublishedEvent) => {
      await pause(50);
      await publish(event);
    };
    const counts = await Promise.all([outbox(database).drain(slowly, 2), outbox(database).drain(slowly, 2)]);
    expect(counts).toHaveLength(2);
    expect(counts).toEqual(expect.arrayContaining([2, undefined]));
    expect(idsOf(published)).toEqual(['a', 'b']);
    expect(await outbox(database).drain(publish, 10)).toBe(2);
    expect(idsOf(published)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('whoever drains and is killed leaves the turn to the next', async () => {
    await append('a');
    const killed = await openDatabase({ url: server.url, poolSize: 1, applicationName: 'killed' });
    let publishing = false;
    const never = () => {
      publishing = true;
      return pause(60_000, undefined, { ref: false });
    };
    void outbox(killed)
      .drain(never, 10)
      .catch(() => undefined);
    await until(() => publishing);
    expect(await outbox(database).drain(publish, 10)).toBeUndefined();
    await database.dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'killed'`,
    );
    for (let turn: number | undefined; turn === undefined;) turn = await outbox(database).drain(publish, 10);
    expect(idsOf(published)).toEqual(['a']);
    void closeDatabase(killed);
  });

  test('what is published is numbered in the order of publishing, not in that of appending', async () => {
    await append('a', 'b', 'c');
    await database.dataSource.query(
      `UPDATE outbox SET data = data || '{"at": 2}' WHERE data ->> 'authorizationId' = 'a'`,
    );
    await outbox(database).drain(publish, 2);
    await append('d');
    await outbox(database).drain(publish, 10);
    const rows = await database.dataSource.query<{ id: string; published: string }[]>(
      `SELECT data ->> 'authorizationId' AS id, published_position AS published FROM outbox ORDER BY published_position`,
    );
    expect(rows.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(new Set(rows.map(({ published: number }) => number)).size).toBe(4);
  });

  test('arrivals wake up when a fact is committed, once stopped no more', async () => {
    let arrivals = 0;
    const stop = await outbox(database).arrivals(() => (arrivals += 1));
    expect(arrivals).toBe(1);
    await append('a');
    await until(() => arrivals === 2);
    await stop();
    await append('b');
    await pause(100);
    expect(arrivals).toBe(2);
  });

  test('arrivals go on after their connection was lost', async () => {
    let arrivals = 0;
    stops.push(await outbox(database).arrivals(() => (arrivals += 1)));
    await database.dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()`,
    );
    await until(() => arrivals === 2); // somebody may have come meanwhile
    await append('a');
    await until(() => arrivals === 3);
  });

  test('stops at once while it waits for a lost database', async () => {
    const stop = await outbox(database).arrivals(() => undefined);
    await database.dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()`,
    );
    await pause(50);
    const begun = Date.now();
    await stop();
    expect(Date.now() - begun).toBeLessThan(400);
  });
});
