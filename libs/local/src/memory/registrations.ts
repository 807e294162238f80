import { savedEvents, Taken, type Registered, type Registrations, type SavedClient } from '@portico/admin';
import type { EpochSeconds } from '@portico/endpoint';
import { logoutTokenSeconds, originsOf, type Client, type ClientSecret, type ClientStore } from '@portico/oidc';
import { comparable, identifiersOf, lapsesAt, type AccountStore, type AccountWithPassword } from '@portico/sso';
import { registeredAccessKeys } from './access-keys.js';
import { noted } from './audit.js';
import { beginLogoutDeliveries } from './logout-deliveries.js';
import { endSession } from './sessions.js';
import { asPort, copyOf, type Tables } from './tables.js';
import { revoke } from './tokens.js';

const lifetimesOf = ({ metadata }: Client): number[] => [
  metadata.id_token_lifetime,
  metadata.access_token_lifetime,
  metadata.backchannel_logout_uri === undefined ? 0 : logoutTokenSeconds,
];

export const clientStore = ({ clients }: Tables): ClientStore =>
  asPort<ClientStore>({
    find: (clientId) => copyOf(clients.get(clientId)),
    ofOrigin: (origin) => copyOf([...clients.values()].filter(({ metadata }) => originsOf(metadata).includes(origin))),
    longestTokenSeconds: () => Math.max(0, ...[...clients.values()].flatMap(lifetimesOf)),
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
  ...revoking(tables),
});

const revoking = (tables: Tables) =>
  asPort<Pick<Registrations, 'signOut' | 'revokeClient'>>({
    signOut: (username, at) => {
      const subject = subjectOf(tables, username);
      if (subject === undefined) return undefined;
      tables.revokedSubjects.set(subject, Math.max(at, tables.revokedSubjects.get(subject) ?? 0));
      const sids = liveSessionsOf(tables, subject, at);
      for (const sid of sids) revokeSession(tables, sid, at);
      for (const sid of sids)
        noted(tables, { event: 'session_ended', subject, sid, detail: { reason: 'subject_revoked' } });
      noted(tables, { event: 'subject_revoked', subject, detail: { sessions: sids.length } });
      tables.facts.push({ event: 'subjectRevoked', data: { subject, sids, at } });
      return sids;
    },
    revokeClient: (clientId, at) => {
      if (!tables.clients.has(clientId)) return false;
      tables.revokedClients.set(clientId, Math.max(at, tables.revokedClients.get(clientId) ?? 0));
      tables.facts.push({ event: 'clientRevoked', data: { clientId, at } });
      noted(tables, { event: 'client_revoked', clientId });
      return true;
    },
  });

/** The sessions of a person that go on, by name. */
const liveSessionsOf = ({ sessions }: Tables, subject: string, at: EpochSeconds): string[] =>
  [...sessions]
    .filter(
      ([, { session, endedAt }]) => session.subject === subject && endedAt === undefined && lapsesAt(session) > at,
    )
    .map(([sid]) => sid)
    .sort();

/** Ends a session and, whatever second they are of, those of its authorizations that its person's do not end with. */
const revokeSession = (tables: Tables, sid: string, at: EpochSeconds): void => {
  const { sessions, authorizations } = tables;
  const row = sessions.get(sid);
  if (row) sessions.set(sid, { ...row, endedAt: at, isRevoked: true });
  for (const { id, sid: of, grantedAt } of [...authorizations.values()])
    if (of === sid && grantedAt > at) revoke(tables, id, { reason: 'subject_revoked', when: at });
  beginLogoutDeliveries(tables, sid, at);
};

const subjectOf = ({ accounts }: Tables, username: string): string | undefined =>
  [...accounts].find(([, { account }]) => comparable(account.username) === comparable(username))?.[0];

const written = (tables: Tables) => {
  const { clients, accessKeys, accounts, settings } = tables;
  return asPort<Omit<Registrations, 'accessKeys' | 'signOut' | 'revokeClient'>>({
    clients: () => copyOf([...clients.values()]),
    accounts: () => copyOf([...accounts.values()]),
    settings: () => Object.fromEntries(settings),
    save: (savedClients, savedAccounts, savedSettings = {}) => {
      const after = new Map(accounts);
      for (const saved of savedAccounts) after.set(saved.account.subject, copyOf(saved));
      refuseTaken(after, savedAccounts);
      refuseTakenKeys({ clients, accessKeys }, savedClients);
      const saved = { clients: savedClients, accounts: savedAccounts, settings: savedSettings };
      for (const event of savedEvents(saved, registered(tables))) noted(tables, event);
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
      noted(tables, { event: 'client_changed', clientId, detail: { changed: ['secrets'] } });
      return true;
    },
    setPassword: (username, passwordHash, at) => {
      const named = [...accounts].find(([, { account }]) => comparable(account.username) === comparable(username));
      if (!named) return undefined;
      const [subject, before] = named;
      accounts.set(subject, { ...before, passwordHash });
      noted(tables, { event: 'account_changed', subject, detail: { changed: ['password'] } });
      const sids = liveSessionsOf(tables, subject, at);
      for (const sid of sids) endSession(tables, sid, { reason: 'password_changed', when: at });
      return sids;
    },
  });
};

const registered = ({ clients, accessKeys, accounts, settings }: Tables): Registered => ({
  clients: [...clients.values()],
  accessKeys: [...accessKeys.values()],
  accounts: [...accounts.values()],
  settings: Object.fromEntries(settings),
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
