import type { PasswordKeyStore } from '@portico/jwt';
import { asPort, copyOf, type Tables } from './tables.js';

export const passwordKeyStore = ({ passwordKeys }: Tables): PasswordKeyStore => {
  const first = () => [...passwordKeys.values()].map(copyOf)[0];
  return asPort<PasswordKeyStore>({
    find: first,
    establish: (key) => {
      if (passwordKeys.size === 0) passwordKeys.set(key.kid, copyOf(key));
      return first() ?? key;
    },
  });
};
