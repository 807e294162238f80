import type { AccessKeys, AuditEventName } from '@portico/admin';
import type { AccessKey, AccessKeyStore } from '@portico/oidc';
import { noted } from './audit.js';
import { asPort, copyOf, type Tables } from './tables.js';

export const accessKeyStore = ({ accessKeys, clients }: Tables): AccessKeyStore =>
  asPort<AccessKeyStore>({
    find: (id) => {
      const key = accessKeys.get(id);
      const client = key && clients.get(key.clientId);
      return client && copyOf({ key, client });
    },
  });

export const registeredAccessKeys = (tables: Tables): AccessKeys => {
  const { accessKeys, clients } = tables;
  const note = (event: AuditEventName, { id, clientId }: AccessKey): void =>
    noted(tables, { event, clientId, detail: { access_key: id } });
  return asPort<AccessKeys>({
    list: () => copyOf([...accessKeys.values()]),
    add: (key) => {
      if (accessKeys.has(key.id) || clients.has(key.id) || !clients.has(key.clientId)) return false;
      accessKeys.set(key.id, copyOf(key));
      note('access_key_created', key);
      return true;
    },
    setDisabled: (id, at) => {
      const key = accessKeys.get(id);
      if (!key) return false;
      const { disabledAt, ...enabled } = key;
      accessKeys.set(id, at === undefined ? enabled : { ...enabled, disabledAt: disabledAt ?? at });
      if ((disabledAt === undefined) !== (at === undefined))
        note(at === undefined ? 'access_key_enabled' : 'access_key_disabled', key);
      return true;
    },
    remove: (id) => {
      const key = accessKeys.get(id);
      if (key) note('access_key_removed', key);
      return accessKeys.delete(id);
    },
  });
};
