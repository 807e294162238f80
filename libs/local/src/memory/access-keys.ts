import type { AccessKeys } from '@portico/admin';
import type { AccessKeyStore } from '@portico/oidc';
import { asPort, copyOf, type Tables } from './tables.js';

export const accessKeyStore = ({ accessKeys, clients }: Tables): AccessKeyStore =>
  asPort<AccessKeyStore>({
    find: (id) => {
      const key = accessKeys.get(id);
      const client = key && clients.get(key.clientId);
      return client && copyOf({ key, client });
    },
  });

export const registeredAccessKeys = ({ accessKeys, clients }: Tables): AccessKeys =>
  asPort<AccessKeys>({
    list: () => copyOf([...accessKeys.values()]),
    add: (key) => {
      if (accessKeys.has(key.id) || clients.has(key.id) || !clients.has(key.clientId)) return false;
      accessKeys.set(key.id, copyOf(key));
      return true;
    },
    setDisabled: (id, at) => {
      const key = accessKeys.get(id);
      if (!key) return false;
      const { disabledAt, ...enabled } = key;
      accessKeys.set(id, at === undefined ? enabled : { ...enabled, disabledAt: disabledAt ?? at });
      return true;
    },
    remove: (id) => accessKeys.delete(id),
  });
