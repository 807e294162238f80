import { monthOf, partitionEnd, type EpochSeconds, type Partition } from '@portico/endpoint';
import type { EntityManager } from 'typeorm';
import type { Database } from './data-source.js';
import { aheadSeconds, changesOf, drop, exists, partName, range, type Kept } from './partitions.js';

const table = 'audit_events';
const daySeconds = 86_400;

/**
 * Keeps a part a month: this one's and those ahead, and of what had no part; drops those whose last day is older than so
 * many days, where they are given.
 * @throws Unavailable
 */
export const keepAuditParts = async (database: Database, at: EpochSeconds, retentionDays?: number): Promise<Kept> => {
  let [created, dropped, rescued] = [0, 0, 0];
  const changes = changesOf(database);
  const there = await partsOf(database);
  const wanted = new Set([...range(monthOf(at), monthOf(at + aheadSeconds)), ...(await waiting(database))]);
  for (const month of [...wanted].filter((one) => !there.has(one))) {
    const moved = await changes.alone(table, (manager) => create(manager, month));
    if (moved === undefined) continue;
    created += 1;
    rescued += moved;
  }
  const oldest = retentionDays === undefined ? 0 : at - retentionDays * daySeconds;
  for (const month of new Set([...there, ...wanted])) {
    if (endOf(month) > oldest) continue;
    if (await changes.alone(table, (manager) => drop(manager, table, month))) dropped += 1;
  }
  return { created, dropped, rescued, left: changes.left() };
};

const endOf = (month: Partition): EpochSeconds => partitionEnd(month) ?? 0;
const textOf = (at: EpochSeconds): string => new Date(at * 1000).toISOString();

const attached = {
  name: 'audit_events.attached',
  text: `SELECT (regexp_match(c.relname, '^audit_events_m(\\d{6})$'))[1] AS month
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass('audit_events')`,
};
const partsOf = async ({ run }: Database): Promise<ReadonlySet<Partition>> => {
  const rows = await run<{ month: string | null }>(attached, []);
  return new Set(rows.flatMap(({ month }) => (month === null ? [] : monthNamed(month))));
};
const monthNamed = (name: string): Partition =>
  monthOf(Date.UTC(Number(name.slice(0, 4)), Number(name.slice(4)) - 1) / 1000);

/** The months of what came while its part was not there. */
const inDefault = {
  name: 'audit_events.in-default',
  text: `SELECT DISTINCT date_part('epoch', date_trunc('month', at, 'UTC')) AS at FROM audit_events_default`,
};
const waiting = async ({ run }: Database): Promise<Partition[]> =>
  (await run<{ at: EpochSeconds }>(inDefault, [])).map(({ at }) => monthOf(at));

/** Answers how many rows it has taken over from the default part; undefined where somebody was first. */
const create = async (manager: EntityManager, month: Partition): Promise<number | undefined> => {
  const name = partName(table, month);
  if (await exists(manager, name)) return undefined;
  const [from, to] = [textOf(endOf(month - 1)), textOf(endOf(month))];
  await manager.query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING DEFAULTS)`);
  await manager.query(`LOCK TABLE ${table}_default IN ACCESS EXCLUSIVE MODE`);
  const [{ count } = { count: 0 }] = await manager.query<{ count: number }[]>(
    `WITH waiting AS (DELETE FROM ${table}_default WHERE at >= '${from}' AND at < '${to}' RETURNING *),
       moved AS (INSERT INTO ${name} SELECT * FROM waiting RETURNING 1)
     SELECT count(*)::integer AS count FROM moved`,
  );
  await manager.query(`ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`);
  return count;
};
