import { keysChanged, type KeyStore, type StoredKey } from '@portico/jwt';
import { appendTo } from '../audit.js';
import type { Database } from '../data-source.js';
import { epoch, present } from '../epoch.js';
import type { Run } from '../statement.js';
import { transact } from '../transact.js';

const list = {
  name: 'keys.list',
  text: `SELECT kid, alg, public_jwk AS "publicJwk", sealed_private_jwk AS "sealedPrivateJwk",
      ${epoch('announced_at')} AS "announcedAt", ${epoch('signs_from')} AS "signsFrom", ${epoch('retired_at')} AS "retiredAt",
      longest_token_seconds AS "longestTokenSeconds"
    FROM keys ORDER BY announced_at, kid`,
};
/** Whoever comes second waits here, and its next statement sees what the first has added. */
const lock = { name: 'keys.lock', text: 'LOCK TABLE keys IN SHARE ROW EXCLUSIVE MODE' };
const insert = `INSERT INTO keys (kid, alg, public_jwk, sealed_private_jwk, announced_at, signs_from, retired_at, longest_token_seconds)
    SELECT $1, $2, $3, $4, to_timestamp($5), to_timestamp($6), to_timestamp($7), $8::integer`;
const add = { name: 'keys.add', text: `${insert} WHERE NOT EXISTS (SELECT FROM keys WHERE alg = $2)` };
const put = {
  name: 'keys.put',
  text: `${insert} ON CONFLICT (kid) DO UPDATE SET announced_at = excluded.announced_at, signs_from = excluded.signs_from,
      retired_at = excluded.retired_at, longest_token_seconds = excluded.longest_token_seconds`,
};
const remove = { name: 'keys.remove', text: 'DELETE FROM keys WHERE kid <> ALL ($1::text[])' };
const tell = {
  name: 'keys.tell',
  text: `INSERT INTO outbox (event, data) VALUES ('keysChanged', jsonb_build_object('at', $1::bigint))`,
};

const valuesOf = (key: StoredKey): unknown[] => [
  key.kid,
  key.alg,
  key.publicJwk,
  key.sealedPrivateJwk,
  key.announcedAt,
  key.signsFrom,
  key.retiredAt,
  key.longestTokenSeconds,
];
const listed = async (run: Run): Promise<StoredKey[]> => (await run<StoredKey>(list, [])).map(present);

/** What instances have to know of keys. */
const timesOf = (keys: readonly StoredKey[]): string =>
  JSON.stringify(keys.map(({ kid, signsFrom, retiredAt }) => [kid, signsFrom, retiredAt]));

export const keyStore = (database: Database): KeyStore => ({
  list: () => listed(database.run),
  establish: (keys) =>
    transact(database, async (run) => {
      await run(lock, []);
      const stored = await listed(run);
      for (const key of keys) await run(add, valuesOf(key));
      const after = await listed(run);
      const { added } = keysChanged(stored, after);
      if (added.length > 0) await appendTo(run, { event: 'keys_created', detail: { added } });
      return after;
    }),
  change: (plan, at, why = 'keys_rotated') =>
    transact(database, async (run) => {
      await run(lock, []);
      const stored = await listed(run);
      const planned = plan(stored);
      await run(remove, [planned.map(({ kid }) => kid)]);
      for (const key of planned) await run(put, valuesOf(key));
      const after = await listed(run);
      if (timesOf(after) !== timesOf(stored)) {
        await run(tell, [at]);
        await appendTo(run, { event: why, detail: { ...keysChanged(stored, after) } });
      }
      return after;
    }),
});
