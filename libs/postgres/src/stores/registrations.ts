import { savedEvents, Taken, type Registered, type Registrations, type Saved, type SavedClient } from '@portico/admin';
import { originsOf } from '@portico/oidc';
import { comparable, identifiersOf, type AccountWithPassword } from '@portico/sso';
import { In, type EntityManager } from 'typeorm';
import { auditInsert, auditValues } from '../audit.js';
import type { Database } from '../data-source.js';
import { AccessKeyEntity } from '../entities/access-key.entity.js';
import { AccountEntity, AccountIdentifierEntity } from '../entities/account.entity.js';
import { ClientEntity } from '../entities/client.entity.js';
import { SettingEntity } from '../entities/setting.entity.js';
import { dateOf } from '../epoch.js';
import { faultOf } from '../fault.js';
import { changed, first } from '../statement.js';
import { accessKeyOf, registeredAccessKeys, saveAccessKeys } from './access-keys.js';
import { withPassword } from './accounts.js';
import { clientOf } from './clients.js';

/** Drops what has ended, lets the others end, adds the new one. */
const rotate = {
  name: 'registrations.rotate-secret',
  text: `WITH rotated AS (UPDATE clients SET secrets = $2::jsonb || coalesce((
      SELECT jsonb_agg(s || jsonb_build_object('expiresAt', least((s ->> 'expiresAt')::bigint, $3::bigint)))
      FROM jsonb_array_elements(secrets) s
      WHERE (s ->> 'expiresAt') IS NULL OR (s ->> 'expiresAt')::bigint > $4), '[]')
    WHERE id = $1 RETURNING id)
    INSERT INTO audit_events (event, client_id, detail)
    SELECT 'client_changed', id, '{"changed":["secrets"]}' FROM rotated RETURNING 1`,
};
const setPassword = {
  name: 'registrations.set-password',
  text: 'SELECT set_password($1, $2, $3) AS sids',
};

const signOut = {
  name: 'registrations.sign-out',
  text: `SELECT revoke_subject(subject, $2) AS sids FROM account_identifiers WHERE value = $1 AND field = 'username'`,
};
const revokeClient = {
  name: 'registrations.revoke-client',
  text: `WITH revoked AS (
      UPDATE clients SET revoked_at = greatest(revoked_at, to_timestamp($2)) WHERE id = $1 RETURNING id
    ), noted AS (
      INSERT INTO audit_events (event, client_id) SELECT 'client_revoked', id FROM revoked
    )
    INSERT INTO outbox (event, data)
    SELECT 'clientRevoked', jsonb_build_object('clientId', id, 'at', $2::bigint) FROM revoked RETURNING 1`,
};

export const registrations = (database: Database): Registrations => ({
  accessKeys: registeredAccessKeys(database),
  signOut: async (username, at) =>
    (await first<{ sids: string[] }>(database.run, signOut, [comparable(username), at]))?.sids,
  ...written(database),
});

const written = ({ dataSource, run }: Database): Omit<Registrations, 'accessKeys' | 'signOut'> => ({
  clients: async () => {
    const rows = await orFault(
      'registrations.clients',
      dataSource.manager.find(ClientEntity, { order: { id: 'ASC' } }),
    );
    return rows.map(clientOf);
  },
  accounts: async () => {
    const all = dataSource.manager.find(AccountEntity, { order: { username: 'ASC' } });
    return (await orFault('registrations.accounts', all)).map(withPassword);
  },
  settings: async () => {
    const rows = await orFault('registrations.settings', dataSource.manager.find(SettingEntity));
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  },
  save: async (clients, accounts, settings = {}) => {
    const saved = dataSource.transaction(async (manager) => {
      await manager.query(`SELECT pg_advisory_xact_lock(hashtext('portico.registrations'))`);
      const events = savedEvents({ clients, accounts, settings }, await registered(manager, { clients, accounts }));
      await saveClients(manager, clients);
      await saveAccessKeys(manager, clients);
      await saveAccounts(manager, accounts);
      const rows = Object.entries(settings).map(([name, value]) => ({ name, value }));
      if (rows.length > 0) await manager.upsert(SettingEntity, rows, ['name']);
      for (const event of events) await manager.query(auditInsert.text, auditValues(event));
    });
    await orFault('registrations.save', saved);
  },
  rotateSecret: (clientId, secret, overlapEndsAt) =>
    changed(run, rotate, [clientId, JSON.stringify([secret]), overlapEndsAt, secret.createdAt]),
  setPassword: async (username, passwordHash, at) => {
    const values = [comparable(username), passwordHash, at];
    return (await first<{ sids: string[] | null }>(run, setPassword, values))?.sids ?? undefined;
  },
  revokeClient: (clientId, at) => changed(run, revokeClient, [clientId, at]),
});

/** What is there of those that are saved. */
const registered = async (
  manager: EntityManager,
  { clients, accounts }: Pick<Saved, 'clients' | 'accounts'>,
): Promise<Registered> => {
  const keyIds = clients.flatMap(({ accessKeys = [] }) => accessKeys.map(({ id }) => id));
  const [clientRows, keyRows, accountRows, settingRows] = [
    await manager.findBy(ClientEntity, { id: In(clients.map(({ id }) => id)) }),
    await manager.findBy(AccessKeyEntity, { id: In(keyIds) }),
    await manager.findBy(AccountEntity, { subject: In(accounts.map(({ account }) => account.subject)) }),
    await manager.find(SettingEntity),
  ];
  return {
    clients: clientRows.map(clientOf),
    accessKeys: keyRows.map(accessKeyOf),
    accounts: accountRows.map(withPassword),
    settings: Object.fromEntries(settingRows.map(({ name, value }) => [name, value])),
  };
};

const orFault = <Result>(name: string, work: Promise<Result>): Promise<Result> =>
  work.catch((error: unknown) => {
    throw error instanceof Taken ? error : faultOf(error, name);
  });

const saveClients = async (manager: EntityManager, clients: readonly SavedClient[]): Promise<void> => {
  const rows = clients.map(({ id, metadata, secrets }) => ({ id, metadata, secrets, origins: originsOf(metadata) }));
  if (rows.length > 0) await manager.upsert(ClientEntity, rows, ['id']);
};

const saveAccounts = async (manager: EntityManager, accounts: readonly AccountWithPassword[]): Promise<void> => {
  if (accounts.length === 0) return;
  const rows = accounts.map(({ account: { subject, username, claims, updatedAt }, passwordHash = null }) => ({
    subject,
    username,
    claims,
    passwordHash,
    updatedAt: dateOf(updatedAt),
  }));
  await manager.upsert(AccountEntity, rows, ['subject']);
  await saveIdentifiers(manager, accounts);
};

/** All of the old ones go first, so that two accounts can change places; what then is there belongs to another. */
const saveIdentifiers = async (manager: EntityManager, accounts: readonly AccountWithPassword[]): Promise<void> => {
  await manager.delete(
    AccountIdentifierEntity,
    accounts.map(({ account: { subject } }) => ({ subject })),
  );
  for (const { account } of accounts)
    for (const { field, value } of identifiersOf(account)) {
      const entry = manager.createQueryBuilder().insert().into(AccountIdentifierEntity);
      const row = { value, field, subject: account.subject };
      const added = await entry.values(row).orIgnore().returning('value').execute();
      if ((added.raw as unknown[]).length === 0) throw new Taken(field, account.username);
    }
};
