import type { EpochSeconds } from '@portico/endpoint';
import type { Database } from './data-source.js';
import type { Statement } from './statement.js';

/** What was published is kept a day, for whoever looks into what happened. */
const keepPublishedSeconds = 86_400;

/** By the index on the time, in batches; a row that somebody else holds waits for the next sweep. */
const sweepOf = (table: string, key: string, expiry = 'expires_at'): Statement => ({
  name: `sweep.${table}`,
  text: `WITH expired AS (
      SELECT ${key} FROM ${table} WHERE ${expiry} < to_timestamp($1) ORDER BY ${expiry} LIMIT $2 FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM ${table} t USING expired e WHERE t.${key} = e.${key} RETURNING 1
    )
    SELECT count(*)::integer AS count FROM gone`,
});

const expiring = [
  sweepOf('tokens', 'hash'),
  sweepOf('authorizations', 'id'),
  sweepOf('sessions', 'sid'),
  sweepOf('interactions', 'id'),
  sweepOf('attempts', 'bucket'),
  sweepOf('replays', 'key'),
];
/** A device that comes late is told that its code has expired, not that there never was one. @see RFC 8628 §3.5 */
const devices = sweepOf('devices', 'device_code_hash');
const keepDevicesSeconds = 3600;
const published = sweepOf('outbox', 'position', 'published_at');

/** Deletes at most `batch` rows a table of what had expired at `at`; answers how many, 0 when nothing is left. */
export const sweep = async ({ run }: Database, at: EpochSeconds, batch: number): Promise<number> => {
  let total = 0;
  for (const statement of expiring) total += await countOf(run(statement, [at, batch]));
  total += await countOf(run(devices, [at - keepDevicesSeconds, batch]));
  return total + (await countOf(run(published, [at - keepPublishedSeconds, batch])));
};

const countOf = async (rows: Promise<{ count?: number }[]>): Promise<number> => (await rows)[0]?.count ?? 0;
