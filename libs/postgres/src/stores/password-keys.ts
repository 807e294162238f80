import type { PasswordKeyStore, StoredPasswordKey } from '@portico/jwt';
import type { Database } from '../data-source.js';
import { epoch } from '../epoch.js';
import { first, type Run } from '../statement.js';
import { transact } from '../transact.js';

const find = {
  name: 'password_keys.find',
  text: `SELECT kid, public_jwk AS "publicJwk", sealed_private_jwk AS "sealedPrivateJwk", ${epoch('created_at')} AS "createdAt"
    FROM password_keys ORDER BY created_at DESC, kid LIMIT 1`,
};
/** Whoever comes second waits here, and its next statement sees what the first has added. */
const lock = { name: 'password_keys.lock', text: 'LOCK TABLE password_keys IN SHARE ROW EXCLUSIVE MODE' };
const add = {
  name: 'password_keys.add',
  text: `INSERT INTO password_keys (kid, public_jwk, sealed_private_jwk, created_at)
    SELECT $1, $2, $3, to_timestamp($4) WHERE NOT EXISTS (SELECT FROM password_keys)`,
};

const found = (run: Run): Promise<StoredPasswordKey | undefined> => first(run, find, []);

export const passwordKeyStore = (database: Database): PasswordKeyStore => ({
  find: () => found(database.run),
  establish: (key) =>
    transact(database, async (run) => {
      await run(lock, []);
      await run(add, [key.kid, key.publicJwk, key.sealedPrivateJwk, key.createdAt]);
      return (await found(run)) ?? key;
    }),
});
