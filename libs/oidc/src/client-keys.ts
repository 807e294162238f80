import { keysFor, type EncryptionAlgorithm, type PublicJwk, type SigningAlgorithm } from '@portico/jwt';
import type { Client } from './client.js';
import type { RemoteKeys } from './ports.js';

/** What finding a client's public keys takes. */
export interface ClientKeysNeeds {
  readonly remoteKeys: RemoteKeys;
}

/**
 * The public keys of a client that may serve an algorithm, registered by value or published under its `jwks_uri`.
 * @see RFC 7591 §2 (jwks, jwks_uri), OpenID Connect Core 1.0 §10.1.1, §10.2.1 (a key that is not known yet is read anew)
 * @throws Unavailable the keys cannot be read
 */
export const clientKeys = async (
  { metadata: { jwks, jwks_uri: uri } }: Client,
  wanted: { readonly alg: SigningAlgorithm | EncryptionAlgorithm; readonly kid?: string | undefined },
  { remoteKeys }: ClientKeysNeeds,
): Promise<PublicJwk[]> => {
  if (jwks) return keysFor(jwks, wanted);
  if (uri === undefined) return [];
  const known = keysFor(await remoteKeys.read(uri), wanted);
  return known.length > 0 ? known : keysFor(await remoteKeys.readAnew(uri), wanted);
};
