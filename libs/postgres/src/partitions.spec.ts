import { beforeAll, describe, expect, test } from '@jest/globals';
import { dayOf, monthOf, partitionFor } from '@portico/endpoint';
import {
  closeDatabase,
  keepPartitions,
  migrate,
  migrateDown,
  replayStore,
  sweep,
  tokenStore,
  type Database,
} from './index.js';
import { Partitions1764000000150 } from './migrations/1764000000150-partitions.js';
import { migrations } from './migrations/index.js';
import {
  authorizationOf,
  day,
  issuing,
  keptWhole,
  now,
  ownDatabase,
  tokenOf,
  untouched,
} from './partitions.fixture.js';
import { partName, range } from './partitions.js';

const { database: opened, open, ask, count } = ownDatabase('partitions.spec');
let database: Database;
beforeAll(() => {
  database = opened();
});

const partsOf = async (table: string): Promise<string[]> => {
  const rows = await ask<{ name: string }>(
    'SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = $1::regclass ORDER BY name',
    [table],
  );
  return rows.map(({ name }) => name.slice(table.length + 1));
};

const begun = issuing(() => database);

describe('parts of tables', () => {
  test('a new installation has those of all that it can issue', async () => {
    expect(await partsOf('tokens')).toEqual(expect.arrayContaining(['default', 'unbounded']));
    for (const seconds of [
      1,
      600,
      3600,
      day,
      3 * day,
      3 * day + 1,
      30 * day,
      365 * day,
      400 * day,
      401 * day,
      3650 * day,
    ])
      await begun(now + seconds, now + Math.max(seconds, 365 * day));
    expect(await count('tokens')).toBe(11);
    expect(await count('tokens_default')).toBe(0);
    expect(await count('authorizations_default')).toBe(0);
    expect(await count('tokens_unbounded')).toBe(2);
  });

  test('are created ahead, day by day and month by month, so that nothing ever waits in the default part', async () => {
    for (let at = now; at < now + 70 * day; at += day / 2) {
      await keepPartitions(database, at);
      const spans = [3600, 3 * day, 30 * day, 365 * day, 400 * day].map((seconds) =>
        partitionFor({ from: at, until: at + seconds }),
      );
      const names = new Set(
        (
          await ask<{ part: number }>(
            `SELECT substring(pg_get_expr(relpartbound, oid) FROM '[0-9]+')::integer AS part FROM pg_class
         WHERE oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'tokens'::regclass)`,
          )
        ).map(({ part }) => part),
      );
      expect(spans.filter((part) => !names.has(part))).toEqual([]);
      // Never more than what can hold something, and what is ahead: dead ones have gone.
      expect(names.size).toBeLessThanOrEqual(2 + 8 + 16);
    }
  });

  test('are dropped an hour after everything in them has expired, with all rows and nothing else', async () => {
    const [short, long] = [await begun(now + 600), await begun(now + 30 * day)];
    const end = (dayOf(now + 600) + 1) * day;
    await keepPartitions(database, end + 3599);
    expect(await tokenStore(database).find(short.token.hash)).toEqual(short);
    expect((await keepPartitions(database, end + 3600)).dropped).toBeGreaterThan(0);
    expect(await tokenStore(database).find(short.token.hash)).toBeUndefined();
    expect(await tokenStore(database).exchange({ hash: short.token.hash, at: now, by: 'request' }, [])).toBe(false);
    expect(await tokenStore(database).find(long.token.hash)).toEqual(long);
    await keepPartitions(database, now + 64 * day);
    expect(await tokenStore(database).find(long.token.hash)).toBeUndefined();
    expect(await count('authorizations')).toBe(2);
    await keepPartitions(database, now + 400 * day);
    expect(await count('authorizations')).toBe(0);
  });

  test('a part holds nothing that outlives it', async () => {
    const authorization = authorizationOf(now, now + 365 * day);
    const wrong = { ...tokenOf(authorization, 'refresh_token', now + 600), expiresAt: now + 5 * day };
    await expect(tokenStore(database).begin(authorization, [wrong])).rejects.toThrow('SQLSTATE 23514');
    expect(await count('authorizations')).toBe(0);
  });

  test('what comes while there was no worker for weeks is kept, found, used and moved where it belongs', async () => {
    const later = now + 40 * day;
    // Into a month that is not there yet, whatever day it is.
    const authorization = authorizationOf(later, later + 395 * day);
    const [token, next] = [
      tokenOf(authorization, 'refresh_token', later + 600, later),
      tokenOf(authorization, 'refresh_token', later + 601, later),
    ];
    await tokenStore(database).begin(authorization, [token]);
    expect(await count('tokens_default')).toBe(1);
    expect(await tokenStore(database).find(token.hash)).toEqual({ token, authorization });
    expect(await tokenStore(database).exchange({ hash: token.hash, at: later, by: 'request' }, [next])).toBe(true);
    expect(await tokenStore(database).exchange({ hash: token.hash, at: later, by: 'request' }, [])).toBe(false);
    await tokenStore(database).revokeToken(next.hash, later);

    expect(await keepPartitions(database, later)).toMatchObject({ rescued: 3 });
    expect(await count('tokens_default')).toBe(0);
    expect((await tokenStore(database).find(token.hash))?.token).toEqual({
      ...token,
      consumedAt: later,
      consumedBy: 'request',
    });
    expect((await tokenStore(database).find(next.hash))?.token).toEqual({ ...next, revokedAt: later });
    expect(await keepPartitions(database, later)).toEqual(untouched);
  });

  test('what has expired in the default part is swept, and never keeps a part from being created', async () => {
    await replayStore(database).once('far', now + 300 * day, 'request');
    await replayStore(database).once('near', now + 10 * day, 'request');
    expect(await count('replays_default')).toBe(2);
    expect(await sweep(database, now + 11 * day, 100)).toBe(1);
    await keepPartitions(database, now + 298 * day);
    expect(await count('replays_default')).toBe(0);
    expect(await replayStore(database).once('far', now + 300 * day, 'another')).toBe(false);
  });

  test('several at once create and drop each part once, while tokens are issued and used', async () => {
    const at = now + 35 * day;
    const all = async () =>
      (await Promise.all(['tokens', 'authorizations', 'interactions', 'replays'].map(partsOf))).flat().length;
    let issued = 0;
    let isDone = false;
    const issue = async (): Promise<void> => {
      for (; !isDone; issued += 1) {
        const { token, authorization } = await begun(now + 70 * day);
        expect(await tokenStore(database).find(token.hash)).toEqual({ token, authorization });
      }
    };
    const issuing = issue();
    const others = await Promise.all([open(), open(), open()]);
    try {
      const [before, later] = [await all(), now + 2 * day];
      const kept = await Promise.all(others.map((other) => keptWhole(other, later)));
      const changes = kept.reduce((sum, { created, dropped }) => sum + created - dropped, 0);
      expect(changes).toBe((await all()) - before);
      expect(Math.max(...kept.map(({ created }) => created))).toBeGreaterThan(0);
      await Promise.all(others.map((other) => keptWhole(other, at)));
      expect(await keepPartitions(database, at)).toEqual(untouched);
      isDone = true;
      await issuing;
      expect(issued).toBeGreaterThan(0);
    } finally {
      isDone = true;
      await Promise.all(others.map(closeDatabase));
    }
  }, 30_000);

  describe('somebody holds a part for long, as a dump does', () => {
    const at = now + 35 * day;
    /** Holds what it has read until the work is done. */
    const holding = async (sql: string, work: () => Promise<void>): Promise<void> => {
      const holder = await database.pool.connect();
      try {
        await holder.query('BEGIN');
        await holder.query(sql);
        await work();
      } finally {
        await holder.query('COMMIT');
        holder.release();
      }
    };
    /** The times, in milliseconds, that whoever asks for tokens meanwhile has waited. */
    const askingWhile = async (work: () => Promise<void>): Promise<readonly number[]> => {
      const waits: number[] = [];
      let isDone = false;
      const asking = async (): Promise<void> => {
        while (!isDone) {
          const askedAt = performance.now();
          const { token } = await begun(now + 70 * day);
          await tokenStore(database).find(token.hash);
          waits.push(performance.now() - askedAt);
        }
      };
      const asked = asking();
      await work().finally(() => (isDone = true));
      await asked;
      return waits;
    };

    test('nobody else waits, and it is dropped the next time', async () => {
      const today = dayOf(now);
      const all = range(today, today + 6).map((part) => partName('tokens', part));
      const [dead = ''] = all;
      const waits = await askingWhile(() =>
        holding(`LOCK TABLE ${all.join()} IN ACCESS SHARE MODE`, async () => {
          for (let minute = 0; minute < 2; minute += 1) {
            const { left, dropped } = await keepPartitions(database, at + minute * 60);
            // One attempt on the table, not one for each part of it; those of the others are dropped at once.
            expect({ minute, left, isDropping: dropped > 0 }).toEqual({ minute, left: 1, isDropping: minute === 0 });
          }
        }),
      );
      expect(waits.length).toBeGreaterThan(20);
      const stalls = waits.filter((ms) => ms > 80);
      expect(stalls.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(900);
      expect(await partsOf('tokens')).toContain(dead.slice('tokens_'.length));

      const { dropped, left } = await keepPartitions(database, at + 300);
      expect({ left, isDropping: dropped > 0 }).toEqual({ left: 0, isDropping: true });
      expect(await partsOf('tokens')).not.toContain(dead.slice('tokens_'.length));
    }, 30_000);

    test('what is needed next is created as soon as it lets go, days before it is needed', async () => {
      const next = partName('tokens', dayOf(now + 7 * day)).slice('tokens_'.length);
      await holding('SELECT 1 FROM tokens_default', async () => {
        expect((await keepPartitions(database, now + day)).left).toBe(1);
        expect(await partsOf('tokens')).not.toContain(next);
        expect(await partsOf('interactions')).toContain(next);
      });
      expect((await keepPartitions(database, now + day)).left).toBe(0);
      expect(await partsOf('tokens')).toContain(next);
    });
  });

  test('a connection that is cut in the middle of a change leaves a whole table, and the next one finishes', async () => {
    const at = now + 70 * day;
    const { token } = await begun(now + 80 * day);
    const cutting = await open();
    let cuts = 0;
    while (cuts < 5) {
      const working = keepPartitions(cutting, at).then(
        () => true,
        () => false,
      );
      await new Promise((resolve) => setTimeout(resolve, 15 + cuts * 20));
      await ask(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()
         AND datname = current_database() AND query !~ 'pg_stat_activity' AND state <> 'idle'`,
      );
      cuts += 1;
      if (await working) break;
    }
    await closeDatabase(cutting);
    await keepPartitions(database, at);
    expect(await keepPartitions(database, at)).toEqual(untouched);
    const [orphans] = await ask<{ count: number }>(
      `SELECT count(*)::integer AS count FROM pg_class WHERE relkind = 'r' AND relname ~ '^(tokens|authorizations|interactions|replays)_'
       AND NOT relispartition`,
    );
    expect(orphans?.count).toBe(0);
    expect((await tokenStore(database).find(token.hash))?.token).toEqual(token);
  }, 30_000);
});

describe('before there were parts', () => {
  const withoutParts = async () => {
    const later = migrations.slice(migrations.indexOf(Partitions1764000000150));
    for (let left = later.length; left > 0; left -= 1) await migrateDown(database);
  };

  test('what was there is found as before, be its text like one that names a part; so it is after going back', async () => {
    await withoutParts();
    const hash = 'an-older-hash';
    await ask(
      `INSERT INTO authorizations (id, client_id, scope, detail, granted_at, expires_at)
      VALUES ('older', 'c', '{}', '{"resources":[]}', to_timestamp($1), to_timestamp($1 + 600))`,
      [now],
    );
    await ask(
      `INSERT INTO tokens (hash, kind, id, authorization_id, issued_at, expires_at, detail)
      VALUES ($2, 'refresh_token', 't', 'older', to_timestamp($1), to_timestamp($1 + 600), '{}')`,
      [now, hash],
    );
    await ask(`INSERT INTO replays VALUES ('once', to_timestamp($1))`, [now + 60]);
    await migrate(database);

    expect(await replayStore(database).once('once', now + 60, 'request')).toBe(false);
    for (const key of [hash, `${dayOf(now)}.${monthOf(now)}.${hash}`, `${dayOf(now) + 50}.0.${hash}`])
      expect((await tokenStore(database).find(key))?.token).toMatchObject({ hash, id: 't' });
    const held = (await tokenStore(database).find(hash))!;
    expect(held.authorization.expiresAt).toBe(now + 365 * day);
    const next = { ...tokenOf(held.authorization, 'refresh_token', now + 30 * day), detail: {} };
    expect(await tokenStore(database).exchange({ hash: held.token.hash, at: now, by: 'request' }, [next])).toBe(true);
    expect(await tokenStore(database).exchange({ hash: held.token.hash, at: now, by: 'request' }, [])).toBe(false);
    expect((await tokenStore(database).find(next.hash))?.authorization.id).toBe('older');

    await withoutParts();
    expect(await ask('SELECT hash FROM tokens ORDER BY issued_at, id')).toHaveLength(2);
    expect(await ask('SELECT 1 FROM replays')).toHaveLength(1);
    await migrate(database);
    expect((await tokenStore(database).find(hash))?.token.consumedAt).toBe(now);
  });
});
