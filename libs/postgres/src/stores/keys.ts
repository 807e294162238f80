import type { KeyStore, StoredKey } from '@portico/jwt';
import type { Database } from '../data-source.js';
import { epoch, present } from '../epoch.js';
import type { Run } from '../statement.js';
import { transact } from '../transact.js';

const list = {
  name: 'keys.list',
  text: `SELECT kid, alg, public_jwk AS "publicJwk", sealed_private_jwk AS "sealedPrivateJwk",
      ${epoch('announced_at')} AS "announcedAt", ${epoch('signs_from')} AS "signsFrom", ${epoch('retired_at')} AS "retiredAt"
    FROM keys ORDER BY announced_at, kid`,
};
/** Whoever comes second waits here, and its next statement sees what the first has added. */
const lock = { name: 'keys.lock', text: 'LOCK TABLE keys IN SHARE ROW EXCLUSIVE MODE' };
const add = {
  name: 'keys.add',
  text: `INSERT INTO keys (kid, alg, public_jwk, sealed_private_jwk, announced_at, signs_from, retired_at)
    SELECT $1, $2, $3, $4, to_timestamp($5), to_timestamp($6), to_timestamp($7)
    WHERE NOT EXISTS (SELECT FROM keys WHERE alg = $2)`,
};

const listed = async (run: Run): Promise<StoredKey[]> => (await run<StoredKey>(list, [])).map(present);

export const keyStore = (database: Database): KeyStore => ({
  list: () => listed(database.run),
  establish: (keys) =>
    transact(database, async (run) => {
      await run(lock, []);
      for (const { kid, alg, publicJwk, sealedPrivateJwk, announcedAt, signsFrom, retiredAt } of keys)
        await run(add, [kid, alg, publicJwk, sealedPrivateJwk, announcedAt, signsFrom, retiredAt]);
      return listed(run);
    }),
});
