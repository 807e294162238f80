import { Unavailable } from '@portico/contracts';
import { readJwks, type Jwks } from '@portico/jwt';
import type { RemoteKeys } from '@portico/oidc';
import type { Tables } from './tables.js';

/** Key sets of clients in a world without a network: what is published there, and what was read of it. */
export const remoteKeys = ({ published }: Tables): RemoteKeys => {
  const read = new Map<string, Jwks>();
  const readAnew = (uri: string): Promise<Jwks> => {
    if (!published.has(uri)) return Promise.reject(new Unavailable('nothing is published there'));
    const jwks = readJwks(published.get(uri));
    read.set(uri, jwks);
    return Promise.resolve(jwks);
  };
  return { readAnew, read: (uri) => (read.has(uri) ? Promise.resolve(read.get(uri) ?? { keys: [] }) : readAnew(uri)) };
};
