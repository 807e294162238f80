import type { EpochSeconds } from '@portico/endpoint';
import type { Database } from './data-source.js';
import type { Statement } from './statement.js';

/** What was published is kept a day, for whoever looks into what happened. */
const keepPublishedSeconds = 86_400;

/**
 * By the index on the time, in batches; a row that somebody else holds waits for the next sweep. The keys are an array, of
 * which PostgreSQL takes each by the index, however many it guesses there are: to join them it would read the whole table.
 */
const sweepOf = (table: string, key: string, expiry = 'expires_at'): Statement => ({
  name: `sweep.${table}`,
  text: `WITH gone AS (
      DELETE FROM ${table} WHERE ${key} = ANY (ARRAY(
        SELECT ${key} FROM ${table} WHERE ${expiry} < to_timestamp($1)
        ORDER BY ${expiry} LIMIT $2 FOR UPDATE SKIP LOCKED))
      RETURNING 1)
    SELECT count(*)::integer AS count FROM gone`,
});

/** Of tables in parts, those that are never dropped. */
const expiring = [
  sweepOf('tokens_unbounded', 'hash'),
  sweepOf('tokens_default', 'hash'),
  sweepOf('authorizations_unbounded', 'id'),
  sweepOf('authorizations_default', 'id'),
  sweepOf('interactions_unbounded', 'id'),
  sweepOf('interactions_default', 'id'),
  sweepOf('replays_default', 'ctid'),
  sweepOf('attempts', 'bucket'),
];
/** A device that comes late is told that its code has expired, not that there never was one. @see RFC 8628 §3.5 */
const devices = sweepOf('devices', 'device_code_hash');
const keepDevicesSeconds = 3600;
/**
 * A browser that comes back after its session has run out may still be brought back to a client of that session.
 * @see OpenID Connect RP-Initiated Logout 1.0 §3
 */
const sessions = sweepOf('sessions', 'sid');
const keepSessionsSeconds = 7 * 86_400;
const published = sweepOf('outbox', 'position', 'published_at');

/** Deletes at most `batch` rows a table of what had expired at `at`; answers how many, 0 when nothing is left. */
export const sweep = async ({ run }: Database, at: EpochSeconds, batch: number): Promise<number> => {
  let total = 0;
  for (const statement of expiring) total += await countOf(run(statement, [at, batch]));
  total += await countOf(run(sessions, [at - keepSessionsSeconds, batch]));
  total += await countOf(run(devices, [at - keepDevicesSeconds, batch]));
  return total + (await countOf(run(published, [at - keepPublishedSeconds, batch])));
};

const countOf = async (rows: Promise<{ count?: number }[]>): Promise<number> => (await rows)[0]?.count ?? 0;
