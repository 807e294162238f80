import { comparable } from '@portico/sso';
import { accountChecks } from './account-checks.js';
import { clientChecks } from './client-checks.js';
import { isEntry, repeated, textOf, type Entry, type EntryCheck, type Placed } from './entry.js';
import { pathText, type Fault } from './faults.js';
import { clientIdFor } from './generate.js';

type List = 'clients' | 'accounts';
type PlacedEntry = readonly [entry: Entry, at: readonly [List, number]];

const entriesOf = (document: unknown, list: List): PlacedEntry[] => {
  const values: unknown = isEntry(document) ? document[list] : undefined;
  if (!Array.isArray(values)) return [];
  return values.flatMap((value: unknown, index) => (isEntry(value) ? [[value, [list, index]] as const] : []));
};

const eachAlone = (entries: readonly PlacedEntry[], checks: readonly EntryCheck[]): Fault[] =>
  entries.flatMap(([entry, at]) =>
    checks.flatMap((check) => check(entry)).map(([path, message]) => ({ path: pathText([...at, ...path]), message })),
  );

const onlyOnce = (values: readonly Placed[]): Fault[] =>
  repeated(values).map(({ at, first }) => ({
    path: pathText(at),
    message: `is the same as ${pathText(first)}`,
  }));

const placed = ([entry, at]: PlacedEntry, setting: string): Placed[] => {
  const value = textOf(entry[setting]);
  return value === undefined ? [] : [{ value, at: [...at, setting] }];
};

const clientIds = (client: PlacedEntry): Placed[] =>
  client[0].client_id === undefined
    ? placed(client, 'client_name').map(({ value, at }) => ({ value: clientIdFor(value), at }))
    : placed(client, 'client_id');

/** An access key is sent in the place of a client's id: over both, each may stand once. */
const accessKeyIds = ([{ access_keys: keys }, at]: PlacedEntry): Placed[] =>
  Array.isArray(keys)
    ? keys.flatMap((key: unknown, index) => {
        const value = isEntry(key) ? textOf(key.access_key) : undefined;
        return value === undefined ? [] : [{ value, at: [...at, 'access_keys', index, 'access_key'] }];
      })
    : [];

/** A person signs in with any of them: over all accounts each may stand once. */
const identifiers = (account: PlacedEntry): Placed[] => {
  const own = ['username', 'email', 'phone_number'].flatMap((setting) => placed(account, setting));
  const compared = own.map(({ value, at }) => ({ value: comparable(value), at }));
  return compared.filter(({ value }, index) => compared.findIndex((other) => other.value === value) === index);
};

/** What a document must have beyond the shape of each setting; it may have faults of shape too. */
export const checkDocument = (document: unknown): Fault[] => {
  const clients = entriesOf(document, 'clients');
  const accounts = entriesOf(document, 'accounts');
  return [
    ...eachAlone(clients, clientChecks),
    ...onlyOnce([...clients.flatMap(clientIds), ...clients.flatMap(accessKeyIds)]),
    ...eachAlone(accounts, accountChecks),
    ...onlyOnce(accounts.flatMap((account) => placed(account, 'subject'))),
    ...onlyOnce(accounts.flatMap(identifiers)),
  ];
};
