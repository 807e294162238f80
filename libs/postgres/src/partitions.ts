import {
  dayOf,
  daysUpTo,
  monthOf,
  monthsUpTo,
  partitionEnd,
  type EpochSeconds,
  type Partition,
} from '@portico/endpoint';
import type { EntityManager } from 'typeorm';
import type { Database } from './data-source.js';
import { faultOf, isLocked } from './fault.js';

const daySeconds = 86_400;
/** So much is there before it is needed: as long the worker may be away, and nothing waits in the default part. */
export const aheadSeconds = 3 * daySeconds;
/** So much longer a part stays: the clocks of several machines differ, and who comes late is told that it is late. */
const keepSeconds = 3600;
/** So long a change waits for a table: whoever comes meanwhile waits behind it. */
const waysMs = 100;

interface Table {
  readonly name: string;
  /** What of it is kept by the month, besides that by the day. */
  readonly byMonth: boolean;
}

const tables: readonly Table[] = [
  { name: 'tokens', byMonth: true },
  { name: 'authorizations', byMonth: true },
  { name: 'interactions', byMonth: false },
  { name: 'replays', byMonth: false },
];

/** What was done to the parts of the tables. */
export interface Kept {
  readonly created: number;
  readonly dropped: number;
  /** Rows that came while their part was not there, and had waited in the default part. */
  readonly rescued: number;
  /** Tables that somebody held, a dump of the database for one: what was to be done there is left to the next time. */
  readonly left: number;
}

/** Both together. */
export const added = (one: Kept, other: Kept): Kept => ({
  created: one.created + other.created,
  dropped: one.dropped + other.dropped,
  rescued: one.rescued + other.rescued,
  left: one.left + other.left,
});

/**
 * Creates the parts that are missing of what expires, drops those in which everything has. Each part is a transaction of its
 * own, so that whoever is killed in the middle leaves the rest to the next; of several at once each part is one's.
 * @throws Unavailable
 */
export const keepTables = async (database: Database, at: EpochSeconds): Promise<Kept> => {
  let [created, dropped, rescued] = [0, 0, 0];
  const changes = changesOf(database);
  const found = await Promise.all(tables.map(async (table) => ({ table, parts: await partsOf(database, table) })));
  for (const { table, parts } of found) {
    for (const part of wanted(table, at).filter((one) => !parts.has(one))) {
      const moved = await changes.alone(table.name, (manager) => create(manager, table, part));
      if (moved === undefined) continue;
      created += 1;
      rescued += table.name === 'replays' ? 0 : moved; // their parts follow from the text alone, however late that is
    }
  }
  for (const { table, parts } of found) {
    for (const part of [...parts].filter((one) => isDead(one, at))) {
      if (await changes.alone(table.name, (manager) => drop(manager, table.name, part))) dropped += 1;
    }
  }
  return { created, dropped, rescued, left: changes.left() };
};

const wanted = ({ byMonth }: Table, at: EpochSeconds): Partition[] => {
  const lastDay = dayOf(at + daysUpTo + aheadSeconds);
  const lastMonth = monthOf(at + monthsUpTo + aheadSeconds);
  return [...range(dayOf(at), lastDay), ...(byMonth ? range(monthOf(at), lastMonth) : [])];
};

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const isDead = (part: Partition, at: EpochSeconds): boolean => {
  const end = partitionEnd(part);
  return end !== undefined && end + keepSeconds <= at;
};

/** The name of a part, as an operator reads it: `tokens_d20270115`, `tokens_m202701`, `tokens_unbounded`. */
export const partName = (table: string, part: Partition): string => {
  const end = partitionEnd(part);
  if (end === undefined) return `${table}_unbounded`;
  const last = new Date((end - 1) * 1000).toISOString().replaceAll('-', '');
  return dayOf(end - 1) === part ? `${table}_d${last.slice(0, 8)}` : `${table}_m${last.slice(0, 6)}`;
};

const partsOf = async ({ run }: Database, { name }: Table): Promise<ReadonlySet<Partition>> => {
  const rows = await run<{ part: number | null }>(attached, [name]);
  return new Set(rows.flatMap(({ part }) => part ?? []));
};
const attached = {
  name: 'partitions.attached',
  text: `SELECT substring(pg_get_expr(c.relpartbound, c.oid) FROM '[0-9]+')::integer AS part
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = to_regclass($1)`,
};

/** Changes of parts, one after the other. */
export interface Changes {
  /** In a transaction that one at a time is in; undefined where it is left to the next time. @throws Unavailable */
  alone<Result>(table: string, work: (manager: EntityManager) => Promise<Result>): Promise<Result | undefined>;
  /** How many tables were left. */
  left(): number;
}

/** A table that somebody holds is left as it is: another attempt would keep whoever asks for it waiting once more. */
export const changesOf = ({ dataSource }: Database): Changes => {
  const held = new Set<string>();
  return {
    left: () => held.size,
    alone: async (table, work) => {
      if (held.has(table)) return undefined;
      try {
        return await dataSource.transaction((manager) => givingWay(manager, work));
      } catch (error) {
        if (!isLocked(error)) throw faultOf(error, 'partitions');
        held.add(table);
        return undefined;
      }
    },
  };
};

const givingWay = async <Result>(
  manager: EntityManager,
  work: (manager: EntityManager) => Promise<Result>,
): Promise<Result> => {
  await manager.query(`SET LOCAL statement_timeout = '60s'`);
  await manager.query(`SELECT pg_advisory_xact_lock(hashtext('portico.partitions'))`);
  await manager.query(`SET LOCAL lock_timeout = ${waysMs}`);
  return work(manager);
};

/** Asks the catalogue itself: `to_regclass` may still answer from what this connection knew before it had the lock. */
export const exists = async (manager: EntityManager, name: string): Promise<boolean> => {
  const found = await manager.query<object[]>(
    'SELECT 1 FROM pg_class WHERE relname = $1 AND relnamespace = current_schema()::regnamespace',
    [name],
  );
  return found.length > 0;
};

/**
 * Answers how many rows it has taken over from the default part; undefined where somebody was first. Attaching, unlike
 * creating in place, lets the other parts be read and written meanwhile.
 */
const create = async (manager: EntityManager, table: Table, part: Partition): Promise<number | undefined> => {
  const name = partName(table.name, part);
  if (await exists(manager, name)) return undefined;
  const end = partitionEnd(part) ?? 0;
  await manager.query(
    `CREATE TABLE ${name} (LIKE ${table.name}, CONSTRAINT ${name}_ends CHECK (expires_at < to_timestamp(${end})))`,
  );
  await manager.query(`LOCK TABLE ${table.name}_default IN ACCESS EXCLUSIVE MODE`);
  const [{ count } = { count: 0 }] = await manager.query<{ count: number }[]>(
    `WITH waiting AS (DELETE FROM ${table.name}_default WHERE partition = ${part} RETURNING *),
       moved AS (INSERT INTO ${name} SELECT * FROM waiting RETURNING 1)
     SELECT count(*)::integer AS count FROM moved`,
  );
  await manager.query(`ALTER TABLE ${table.name} ATTACH PARTITION ${name} FOR VALUES IN (${part})`);
  return count;
};

export const drop = async (manager: EntityManager, table: string, part: Partition): Promise<boolean> => {
  const name = partName(table, part);
  if (!(await exists(manager, name))) return false;
  await manager.query(`DROP TABLE ${name}`);
  return true;
};
