import { Taken, type AccessKeys, type SavedClient } from '@portico/admin';
import type { AccessKey, AccessKeyStore } from '@portico/oidc';
import type { EntityManager } from 'typeorm';
import { auditColumns } from '../audit.js';
import type { Database } from '../data-source.js';
import type { AccessKeyEntity } from '../entities/access-key.entity.js';
import type { ClientEntity } from '../entities/client.entity.js';
import { epoch, epochOf, present } from '../epoch.js';
import { changed, first } from '../statement.js';
import { clientOf } from './clients.js';

const columns = `k.id, k.client_id AS "clientId", k.secret_hash AS hash, ${epoch('k.created_at')} AS "createdAt",
  ${epoch('k.disabled_at')} AS "disabledAt"`;
const find = {
  name: 'access-keys.find',
  text: `SELECT ${columns}, c.metadata, c.secrets FROM access_keys k JOIN clients c ON c.id = k.client_id WHERE k.id = $1`,
};
/** For the audit log, from the rows of `keys`. */
const noted = (event: string): string => `INSERT INTO audit_events (${auditColumns})
      SELECT ${event}, NULL, client_id, NULL, NULL, NULL, NULL, NULL, jsonb_build_object('access_key', id) FROM keys`;

const list = { name: 'access-keys.list', text: `SELECT ${columns} FROM access_keys k ORDER BY k.created_at, k.id` };
const add = {
  name: 'access-keys.add',
  text: `WITH keys AS (
    INSERT INTO access_keys (id, client_id, secret_hash, created_at, disabled_at)
    SELECT $1, c.id, $3, to_timestamp($4), to_timestamp($5) FROM clients c
    WHERE c.id = $2 AND NOT EXISTS (SELECT FROM clients WHERE id = $1)
    ON CONFLICT DO NOTHING RETURNING id, client_id)
    ${noted(`'access_key_created'`)} RETURNING 1`,
};
const setDisabled = {
  name: 'access-keys.set-disabled',
  text: `WITH before AS (
      SELECT id, client_id, disabled_at IS NULL AS was_enabled FROM access_keys WHERE id = $1 FOR UPDATE
    ), keys AS (
      UPDATE access_keys k SET disabled_at = CASE WHEN $2::float8 IS NULL THEN NULL
        ELSE coalesce(disabled_at, to_timestamp($2)) END
      FROM before b WHERE k.id = b.id RETURNING b.id, b.client_id, b.was_enabled
    ), noted AS (
      ${noted(`CASE WHEN was_enabled THEN 'access_key_disabled' ELSE 'access_key_enabled' END`)}
      WHERE was_enabled = ($2::float8 IS NOT NULL)
    )
    SELECT 1 FROM keys`,
};
const remove = {
  name: 'access-keys.remove',
  text: `WITH keys AS (DELETE FROM access_keys WHERE id = $1 RETURNING id, client_id)
    ${noted(`'access_key_removed'`)} RETURNING 1`,
};

/** Within a save: one that exists is replaced where it is the same client's, and no client has its id. */
const replace = `INSERT INTO access_keys AS k (id, client_id, secret_hash, created_at, disabled_at)
  SELECT $1, $2, $3, to_timestamp($4), to_timestamp($5) WHERE NOT EXISTS (SELECT FROM clients WHERE id = $1)
  ON CONFLICT (id) DO UPDATE SET
    secret_hash = excluded.secret_hash, created_at = excluded.created_at, disabled_at = excluded.disabled_at
  WHERE k.client_id = excluded.client_id RETURNING 1`;

const valuesOf = ({ id, clientId, hash, createdAt, disabledAt = null }: AccessKeyRow): unknown[] => [
  id,
  clientId,
  hash,
  createdAt,
  disabledAt,
];

export const accessKeyOf = ({ id, clientId, hash, createdAt, disabledAt }: AccessKeyEntity): AccessKey => ({
  id,
  clientId,
  hash,
  createdAt: epochOf(createdAt),
  ...(disabledAt ? { disabledAt: epochOf(disabledAt) } : {}),
});

type AccessKeyRow = Omit<AccessKey, 'disabledAt'> & { readonly disabledAt?: number | null };

export const accessKeyStore = ({ run }: Database): AccessKeyStore => ({
  find: async (id) => {
    const row = await first<AccessKeyRow & Pick<ClientEntity, 'metadata' | 'secrets'>>(run, find, [id]);
    if (!row) return undefined;
    const { metadata, secrets, ...key } = row;
    return { key: present(key), client: clientOf({ id: key.clientId, metadata, secrets }) };
  },
});

export const registeredAccessKeys = ({ run }: Database): AccessKeys => ({
  list: async () => (await run<AccessKeyRow>(list, [])).map(present),
  add: (key) => changed(run, add, valuesOf(key)),
  setDisabled: (id, at) => changed(run, setDisabled, [id, at ?? null]),
  remove: (id) => changed(run, remove, [id]),
});

/** @throws Taken another client has that key, or a client has its id */
export const saveAccessKeys = async (manager: EntityManager, clients: readonly SavedClient[]): Promise<void> => {
  for (const { id, accessKeys = [] } of clients)
    for (const key of accessKeys) {
      const saved: unknown[] = await manager.query(replace, valuesOf(key));
      if (saved.length === 0) throw new Taken('access_key', id);
    }
};
