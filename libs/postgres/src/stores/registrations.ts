import { Taken, type Registrations, type SavedClient } from '@portico/admin';
import { originsOf } from '@portico/oidc';
import { comparable, identifiersOf, type AccountWithPassword } from '@portico/sso';
import type { EntityManager } from 'typeorm';
import type { Database } from '../data-source.js';
import { AccountEntity, AccountIdentifierEntity } from '../entities/account.entity.js';
import { ClientEntity } from '../entities/client.entity.js';
import { SettingEntity } from '../entities/setting.entity.js';
import { dateOf } from '../epoch.js';
import { faultOf } from '../fault.js';
import { changed } from '../statement.js';
import { registeredAccessKeys, saveAccessKeys } from './access-keys.js';
import { withPassword } from './accounts.js';
import { clientOf } from './clients.js';

/** Drops what has ended, lets the others end, adds the new one. */
const rotate = {
  name: 'registrations.rotate-secret',
  text: `UPDATE clients SET secrets = $2::jsonb || coalesce((
      SELECT jsonb_agg(s || jsonb_build_object('expiresAt', least((s ->> 'expiresAt')::bigint, $3::bigint)))
      FROM jsonb_array_elements(secrets) s
      WHERE (s ->> 'expiresAt') IS NULL OR (s ->> 'expiresAt')::bigint > $4), '[]')
    WHERE id = $1 RETURNING 1`,
};
const setPassword = {
  name: 'registrations.set-password',
  text: `UPDATE accounts a SET password_hash = $2 FROM account_identifiers i
    WHERE i.value = $1 AND i.field = 'username' AND a.subject = i.subject RETURNING 1`,
};

export const registrations = (database: Database): Registrations => ({
  accessKeys: registeredAccessKeys(database),
  ...written(database),
});

const written = ({ dataSource, run }: Database): Omit<Registrations, 'accessKeys'> => ({
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
      await saveClients(manager, clients);
      await saveAccessKeys(manager, clients);
      await saveAccounts(manager, accounts);
      const rows = Object.entries(settings).map(([name, value]) => ({ name, value }));
      if (rows.length > 0) await manager.upsert(SettingEntity, rows, ['name']);
    });
    await orFault('registrations.save', saved);
  },
  rotateSecret: (clientId, secret, overlapEndsAt) =>
    changed(run, rotate, [clientId, JSON.stringify([secret]), overlapEndsAt, secret.createdAt]),
  setPassword: (username, passwordHash) => changed(run, setPassword, [comparable(username), passwordHash]),
});

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
