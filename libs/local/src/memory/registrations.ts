import { Taken, type Registrations, type SavedClient } from '@portico/admin';
import type { EpochSeconds } from '@portico/endpoint';
import { originsOf, type ClientSecret, type ClientStore } from '@portico/oidc';
import { comparable, identifiersOf, type AccountStore, type AccountWithPassword } from '@portico/sso';
import { registeredAccessKeys } from './access-keys.js';
import { asPort, copyOf, type Tables } from './tables.js';

export const clientStore = ({ clients }: Tables): ClientStore =>
  asPort<ClientStore>({
    find: (clientId) => copyOf(clients.get(clientId)),
    ofOrigin: (origin) => copyOf([...clients.values()].filter(({ metadata }) => originsOf(metadata).includes(origin))),
  });

export const accountStore = ({ accounts }: Tables): AccountStore =>
  asPort<AccountStore>({
    find: (subject) => copyOf(accounts.get(subject)?.account),
    findByIdentifier: (identifier) => {
      const value = comparable(identifier);
      const has = ({ account }: AccountWithPassword) => identifiersOf(account).some((own) => own.value === value);
      return copyOf([...accounts.values()].find(has));
    },
  });

export const registrations = (tables: Tables): Registrations => ({
  accessKeys: registeredAccessKeys(tables),
  ...written(tables),
});

const written = ({ clients, accessKeys, accounts, settings }: Tables) =>
  asPort<Omit<Registrations, 'accessKeys'>>({
    clients: () => copyOf([...clients.values()]),
    accounts: () => copyOf([...accounts.values()]),
    settings: () => Object.fromEntries(settings),
    save: (savedClients, savedAccounts, savedSettings = {}) => {
      const after = new Map(accounts);
      for (const saved of savedAccounts) after.set(saved.account.subject, copyOf(saved));
      refuseTaken(after, savedAccounts);
      refuseTakenKeys({ clients, accessKeys }, savedClients);
      for (const [subject, account] of after) accounts.set(subject, account);
      for (const { accessKeys: keys = [], ...client } of savedClients) {
        clients.set(client.id, copyOf(client));
        for (const key of keys) accessKeys.set(key.id, copyOf(key));
      }
      for (const [name, value] of Object.entries(savedSettings)) settings.set(name, value);
    },
    rotateSecret: (clientId, secret, overlapEndsAt) => {
      const client = clients.get(clientId);
      if (!client) return false;
      const before = client.secrets.filter((old) => !hasEnded(old, secret.createdAt));
      const ending = before.map((old) => ({ ...old, expiresAt: Math.min(old.expiresAt ?? Infinity, overlapEndsAt) }));
      clients.set(clientId, copyOf({ ...client, secrets: [...ending, secret] }));
      return true;
    },
    setPassword: (username, passwordHash) => {
      const named = [...accounts].find(([, { account }]) => comparable(account.username) === comparable(username));
      if (!named) return false;
      accounts.set(named[0], { ...named[1], passwordHash });
      return true;
    },
  });

const hasEnded = ({ expiresAt }: ClientSecret, at: EpochSeconds): boolean => expiresAt !== undefined && expiresAt <= at;

const refuseTakenKeys = (
  { clients, accessKeys }: Pick<Tables, 'clients' | 'accessKeys'>,
  saved: readonly SavedClient[],
) => {
  const ids = new Set([...clients.keys(), ...saved.map(({ id }) => id)]);
  const owners = new Map([...accessKeys.values()].map(({ id, clientId }) => [id, clientId]));
  for (const client of saved)
    for (const { id } of client.accessKeys ?? []) {
      if (ids.has(id) || (owners.get(id) ?? client.id) !== client.id) throw new Taken('access_key', client.id);
      owners.set(id, client.id);
    }
};

const refuseTaken = (after: ReadonlyMap<string, AccountWithPassword>, saved: readonly AccountWithPassword[]): void => {
  const mine = new Set(saved.map(({ account }) => account.subject));
  const others = [...after.values()].filter(({ account }) => !mine.has(account.subject));
  const taken = new Map(others.flatMap(({ account }) => identifiersOf(account).map(({ value }) => [value, account])));
  for (const { account } of [...after.values()].filter(({ account }) => mine.has(account.subject)))
    for (const { field, value } of identifiersOf(account)) {
      if (taken.has(value)) throw new Taken(field, account.username);
      taken.set(value, account);
    }
};
