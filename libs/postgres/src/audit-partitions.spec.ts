import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  attemptStore,
  auditLog,
  closeDatabase,
  keepPartitions,
  migrate,
  migrateDown,
  registrations,
  sessionStore,
  tokenStore,
  type Database,
} from './index.js';
import { migrations } from './migrations/index.js';
import { AuditEvents1764000000170 } from './migrations/1764000000170-audit-events.js';
import { authorizationOf, day, keptWhole, now, ownDatabase, tokenOf, untouched } from './partitions.fixture.js';

const { database: opened, open, ask, count } = ownDatabase('audit.spec');
let database: Database;
beforeAll(() => {
  database = opened();
});

const parts = async (): Promise<string[]> => {
  const rows = await ask<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'audit_events'::regclass ORDER BY name`,
  );
  return rows.map(({ name }) => name.replace('audit_events_', ''));
};
const monthOf = (at: number): string => `m${new Date(at * 1000).toISOString().slice(0, 7).replace('-', '')}`;
const noteAt = (at: number, event = 'signed_in', subject = 's') =>
  ask('INSERT INTO audit_events (at, event, subject) VALUES (to_timestamp($1), $2, $3)', [at, event, subject]);
const lastOfMonth = (at: number): number => {
  const date = new Date(at * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) / 1000 - 1;
};

describe('the parts of the audit log', () => {
  test('that of the month is there, and the next one three days ahead; nothing waits in the default part', async () => {
    expect(await parts()).toContain(monthOf(now));
    for (let at = now; at < now + 70 * day; at += 2 * day) {
      await keepPartitions(database, at);
      for (const later of [at, at + 3 * day]) expect(await parts()).toContain(monthOf(later));
    }
    for (let at = now; at < now + 70 * day; at += day) await noteAt(at);
    expect(await count('audit_events_default')).toBe(0);
    expect((await parts()).length).toBeLessThanOrEqual(6);
  });

  test('a month goes when its last second is older than what is kept, and none goes where nobody says', async () => {
    const end = lastOfMonth(now);
    for (const at of [now, end, end + 1]) await noteAt(at);
    await keepPartitions(database, end);
    await keepPartitions(database, end + 4000 * day);
    expect(await count('audit_events')).toBe(3);
    await keepPartitions(database, end + 30 * day, { auditRetentionDays: 30 });
    expect(await count('audit_events')).toBe(3);
    await keepPartitions(database, end + 1 + 30 * day, { auditRetentionDays: 30 });
    expect(await count('audit_events')).toBe(1);
    expect(await parts()).not.toContain(monthOf(now));
  });

  test('somebody reads the log for long: nobody who appends waits for it, and the month goes the next time', async () => {
    const gone = lastOfMonth(now) + 1 + 30 * day;
    const holder = await database.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM audit_events');
    let isDone = false;
    /** How long whoever appends has waited in all, in milliseconds. */
    const append = async (): Promise<number> => {
      let waited = 0;
      while (!isDone) {
        const askedAt = performance.now();
        await attemptStore(database).failed({ authenticator: 'password', subject: 's' }, { requestId: 'r' });
        const ms = performance.now() - askedAt;
        if (ms > 80) waited += ms;
      }
      return waited;
    };
    const appending = append();
    try {
      for (let minute = 0; minute < 3; minute += 1)
        expect((await keepPartitions(database, gone + minute * 60, { auditRetentionDays: 30 })).left).toBe(1);
      isDone = true;
      expect(await appending).toBeLessThan(1_000);
      expect(await parts()).toContain(monthOf(now));
    } finally {
      isDone = true;
      await holder.query('COMMIT');
      holder.release();
    }
    expect((await keepPartitions(database, gone, { auditRetentionDays: 30 })).left).toBe(0);
    expect(await parts()).not.toContain(monthOf(now));
  }, 30_000);

  test('what came while there was no worker is moved to its month, and goes with it; also what is too old already', async () => {
    const [later, older] = [now + 100 * day, now - 500 * day];
    for (const at of [later, later, older]) await noteAt(at);
    expect(await count('audit_events_default')).toBe(3);
    const kept = await keepPartitions(database, now, { auditRetentionDays: 400 });
    expect(kept).toMatchObject({ rescued: 3 });
    expect(await count('audit_events_default')).toBe(0);
    expect(await count(`audit_events_${monthOf(later)}`)).toBe(2);
    expect(await count('audit_events')).toBe(2);
    expect(await keepPartitions(database, now, { auditRetentionDays: 400 })).toEqual(untouched);
  });

  test('several at once create and drop each part once, while events are appended', async () => {
    const others = await Promise.all([open(), open(), open()]);
    let isDone = false;
    let appended = 0;
    const append = async (): Promise<void> => {
      for (; !isDone; appended += 1)
        await attemptStore(database).failed({ authenticator: 'password', subject: 's' }, { requestId: 'r' });
    };
    const appending = append();
    try {
      const before = (await parts()).length;
      for (const at of [now + 40 * day, now + 75 * day]) {
        const kept = await Promise.all(others.map((other) => keptWhole(other, at)));
        expect(kept.map(({ rescued }) => rescued)).toEqual([0, 0, 0]);
      }
      expect((await parts()).length).toBeGreaterThan(before);
      expect(await keepPartitions(database, now + 75 * day)).toEqual(untouched);
    } finally {
      isDone = true;
      await appending;
      await Promise.all(others.map(closeDatabase));
    }
    expect(await count('audit_events')).toBe(appended);
    expect(appended).toBeGreaterThan(0);
  }, 30_000);
});

describe('an event and its fact', () => {
  test('are there together or not at all: where no event can be appended, nothing happens', async () => {
    const authorization = authorizationOf(now, now + 365 * day);
    const token = tokenOf(authorization, 'refresh_token', now + 600);
    await tokenStore(database).begin(authorization, [token]);
    await ask('ALTER TABLE audit_events ADD CONSTRAINT refused CHECK (false) NOT VALID');
    const next = tokenOf(authorization, 'refresh_token', now + 601);
    const other = { ...authorizationOf(now, now + 365 * day), clientId: 'other' };
    await expect(tokenStore(database).exchange({ hash: token.hash, at: now, by: 'x' }, [next])).rejects.toThrow(
      '23514',
    );
    await expect(tokenStore(database).begin(other, [])).rejects.toThrow('23514');
    await expect(tokenStore(database).revokeAuthorization(authorization.id, 'test', now)).rejects.toThrow('23514');
    await expect(registrations(database).save([], [], { session_lifetime: 99 })).rejects.toThrow('23514');
    expect(await registrations(database).settings()).toEqual({});
    expect(await count('tokens')).toBe(1);
    expect(await count('authorizations')).toBe(1);
    expect(await count('outbox')).toBe(0);
    await ask('ALTER TABLE audit_events DROP CONSTRAINT refused');
    expect(await tokenStore(database).exchange({ hash: token.hash, at: now, by: 'x' }, [next])).toBe(true);
    expect(await count('audit_events')).toBe(2);
  });
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Loops'?: number;
  readonly 'Actual Rows'?: number;
  readonly Plans?: readonly Plan[];
}
const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

describe('a look-up', () => {
  const since = now - 7 * day;
  const filters = { since, until: now + 60 };

  /** What a page takes: every statement of it, as PostgreSQL has executed it. */
  const readFor = async (filter: object): Promise<Plan[]> => {
    const nodes: Plan[] = [];
    const run: Database['run'] = async (statement, values) => {
      const literals = values.map((value) => (typeof value === 'number' ? `${value}` : `'${String(value)}'`));
      const text = statement.text.replace(/\$(\d+)/g, (_, index: string) => literals[Number(index) - 1] ?? 'NULL');
      const [row] = await ask<{ 'QUERY PLAN': { Plan: Plan }[] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`);
      nodes.push(...nodesOf(row!['QUERY PLAN'][0]!.Plan));
      return database.run(statement, values);
    };
    await auditLog({ ...database, run }).list({ ...filters, ...filter }, { limit: 10 });
    return nodes.filter((node) => node['Node Type'].includes('Scan') && (node['Actual Loops'] ?? 0) > 0);
  };

  test.each([
    ['of a time', {}],
    ['of a person', { subject: 's7' }],
    ['of a client', { clientId: 'c7' }],
    ['of what happens seldom', { event: 'keys_rotated' as const }],
    ['of a person who was not there', { subject: 'nobody' }],
    ['of an event that never was', { event: 'keys_revoked' as const }],
  ])('%s reads by an index, in the months of its time, and hardly more than it answers', async (_, filter) => {
    for (const month of [0, 31, 62, 93, 124]) await noteAt(now - month * day);
    await keepPartitions(database, now);
    await ask(
      `INSERT INTO audit_events (at, event, subject, client_id)
       SELECT to_timestamp($1::float8 - n * 30), CASE WHEN n % 5000 = 0 THEN 'keys_rotated' ELSE 'tokens_issued' END,
         's' || n % 1000, 'c' || n % 50 FROM generate_series(1, 20000) n`,
      [now],
    );
    await ask('ANALYZE');
    const scans = await readFor(filter);
    expect(scans.length).toBeGreaterThan(0);
    expect(
      scans.filter((scan) => scan['Node Type'] === 'Seq Scan' && !scan['Relation Name']?.endsWith('_default')),
    ).toEqual([]);
    const months = new Set(scans.flatMap((scan) => scan['Relation Name'] ?? []));
    for (const ago of [62, 93, 124]) expect(months).not.toContain(`audit_events_${monthOf(now - ago * day)}`);
    for (const scan of scans) expect(scan['Actual Rows']).toBeLessThan(50);
  });
});

describe('beside the version before, and back to it', () => {
  test('its services end sessions as they did, and the log has it', async () => {
    await ask(`INSERT INTO sessions (sid, secret_hash, subject, amr, auth_time, started_at, expires_at)
      VALUES ('one', 'h', 'anna', '{pwd}', now(), now(), now() + interval '1 hour')`);
    const [row] = await ask<{ fact: object }>(`SELECT session_ends('one', 'logout', 5) AS fact`);
    expect(row?.fact).toMatchObject({ sid: 'one', reason: 'logout' });
    const { events } = await auditLog(database).list({ since: now - 60, until: now + 3600 }, { limit: 10 });
    expect(events).toMatchObject([{ event: 'session_ended', subject: 'anna', sid: 'one', process: 'audit.spec' }]);
  });

  test('taken back, sessions and persons end as before', async () => {
    const later = migrations.slice(migrations.indexOf(AuditEvents1764000000170));
    for (let left = later.length; left > 0; left -= 1) await migrateDown(database);
    await ask(`INSERT INTO sessions (sid, secret_hash, subject, amr, auth_time, started_at, expires_at)
      VALUES ('one', 'h', 'anna', '{pwd}', now(), now(), now() + interval '1 hour')`);
    await ask(`INSERT INTO accounts (subject, username, claims, updated_at) VALUES ('anna', 'anna', '{}', now())`);
    expect(await ask(`SELECT session_ends('one', 'logout', 5) ->> 'sid' AS sid`)).toEqual([{ sid: 'one' }]);
    expect(await ask(`SELECT revoke_subject('anna', 5) AS sids`)).toEqual([{ sids: [] }]);
    await migrate(database);
    expect(await sessionStore(database).end('one', 'again', now)).toBeUndefined();
  });
});
