import type { Settings } from '@portico/config';
import type { AccessKey, Client } from '@portico/oidc';
import type { AccountWithPassword } from '@portico/sso';
import type { AuditSubject } from './audit.js';
import type { SavedClient } from './ports.js';
import { same } from './step.js';

/** What a save finds. */
export interface Registered {
  readonly clients: readonly Client[];
  readonly accessKeys: readonly AccessKey[];
  readonly accounts: readonly AccountWithPassword[];
  readonly settings: Partial<Settings>;
}

/** The names of what differs, in alphabetical order; of what it was, or has become, nothing. */
const differing = (before: object, after: object): string[] => {
  const [one, other] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const names = [...new Set([...one.keys(), ...other.keys()])].sort();
  return names.filter((name) => !same(one.get(name) ?? null, other.get(name) ?? null));
};

const clientFields = ({ metadata, secrets }: Client): object => ({ ...metadata, secrets });
const accountFields = ({ account: { username, claims }, passwordHash }: AccountWithPassword): object => ({
  ...claims,
  username,
  password: passwordHash,
});

const ofClient = (after: Client, before: Client | undefined): AuditSubject[] => {
  if (!before) return [{ event: 'client_created', clientId: after.id }];
  const changed = differing(clientFields(before), clientFields(after));
  return changed.length === 0 ? [] : [{ event: 'client_changed', clientId: after.id, detail: { changed } }];
};

const ofAccessKey = (after: AccessKey, before: AccessKey | undefined): AuditSubject[] => {
  const about = { clientId: after.clientId, detail: { access_key: after.id } };
  if (!before) return [{ event: 'access_key_created', ...about }];
  const [isDisabled, wasDisabled] = [after.disabledAt !== undefined, before.disabledAt !== undefined];
  if (isDisabled !== wasDisabled)
    return [{ event: isDisabled ? 'access_key_disabled' : 'access_key_enabled', ...about }];
  return same(before, after) ? [] : [{ event: 'access_key_changed', ...about }];
};

const ofAccount = (after: AccountWithPassword, before: AccountWithPassword | undefined): AuditSubject[] => {
  const { subject } = after.account;
  if (!before) return [{ event: 'account_created', subject }];
  const changed = differing(accountFields(before), accountFields(after));
  return changed.length === 0 ? [] : [{ event: 'account_changed', subject, detail: { changed } }];
};

const ofSettings = (after: Partial<Settings>, before: Partial<Settings>): AuditSubject[] => {
  const changed = differing(before, { ...before, ...after });
  return changed.length === 0 ? [] : [{ event: 'settings_changed', detail: { changed } }];
};

/** What is saved. */
export interface Saved {
  readonly clients: readonly SavedClient[];
  readonly accounts: readonly AccountWithPassword[];
  readonly settings: Partial<Settings>;
}

const byId = <Thing>(things: readonly Thing[], idOf: (thing: Thing) => string) => {
  const known = new Map(things.map((thing) => [idOf(thing), thing]));
  return (thing: Thing): Thing | undefined => known.get(idOf(thing));
};

/** What the audit log is told of a save: names of what has changed, and no values. @see OWASP ASVS 5.0 §16.3 */
export const savedEvents = ({ clients, accounts, settings }: Saved, before: Registered): AuditSubject[] => {
  const clientBefore = byId(before.clients, ({ id }) => id);
  const keyBefore = byId(before.accessKeys, ({ id }) => id);
  const accountBefore = byId(before.accounts, ({ account }) => account.subject);
  const keys = clients.flatMap(({ accessKeys = [] }) => accessKeys);
  return [
    ...clients.flatMap((client) => ofClient(client, clientBefore(client))),
    ...keys.flatMap((key) => ofAccessKey(key, keyBefore(key))),
    ...accounts.flatMap((account) => ofAccount(account, accountBefore(account))),
    ...ofSettings(settings, before.settings),
  ];
};
