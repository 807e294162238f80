import { keysChanged, type KeyStore, type StoredKey } from '@portico/jwt';
import { noted } from './audit.js';
import { asPort, copyOf, type Tables } from './tables.js';

const inOrder = (keys: Iterable<StoredKey>): StoredKey[] =>
  [...keys].sort((one, other) => one.announcedAt - other.announcedAt || (one.kid < other.kid ? -1 : 1));
const timesOf = (keys: readonly StoredKey[]): string =>
  JSON.stringify(keys.map(({ kid, signsFrom, retiredAt }) => [kid, signsFrom, retiredAt]));

export const keyStore = (tables: Tables): KeyStore => {
  const { keys, facts } = tables;
  const list = () => copyOf(inOrder(keys.values()));
  return asPort<KeyStore>({
    list: () => list(),
    establish: (offered) => {
      const stored = list();
      for (const key of offered)
        if (![...keys.values()].some(({ alg }) => alg === key.alg)) keys.set(key.kid, copyOf(key));
      const { added } = keysChanged(stored, list());
      if (added.length > 0) noted(tables, { event: 'keys_created', detail: { added } });
      return list();
    },
    change: (plan, at, why = 'keys_rotated') => {
      const stored = list();
      const planned = copyOf(plan(stored));
      keys.clear();
      for (const key of planned) keys.set(key.kid, key);
      if (timesOf(list()) !== timesOf(stored)) {
        facts.push({ event: 'keysChanged', data: { at } });
        noted(tables, { event: why, detail: { ...keysChanged(stored, list()) } });
      }
      return list();
    },
  });
};
