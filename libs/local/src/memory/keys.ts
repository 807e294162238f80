import type { KeyStore } from '@portico/jwt';
import { asPort, copyOf, type Tables } from './tables.js';

export const keyStore = ({ keys }: Tables): KeyStore => {
  const list = () => copyOf([...keys.values()]);
  return asPort<KeyStore>({
    list: () => list(),
    establish: (offered) => {
      for (const key of offered)
        if (![...keys.values()].some(({ alg }) => alg === key.alg)) keys.set(key.kid, copyOf(key));
      return list();
    },
  });
};
