import type { EpochSeconds } from '@portico/endpoint';
import {
  encryptJwt,
  signJwt,
  signWithSecret,
  type EncryptionAlgorithm,
  type JwtClaims,
  type KeySet,
} from '@portico/jwt';
import { clientKeys, type ClientKeysNeeds } from './client-keys.js';
import { readableSecrets, type ClientSecretsNeeds } from './client-secrets.js';
import type { Client } from './client.js';
import { OAuthError } from './errors.js';

/** What a JWT for a client takes. */
export interface ClientJwtNeeds extends ClientKeysNeeds, ClientSecretsNeeds {
  readonly keys: () => KeySet;
}

/** For whom the JWT is, and of which kind: each has settings of its own. */
export interface ClientJwtOrder {
  readonly client: Client;
  readonly kind: 'id_token' | 'userinfo';
  readonly at: EpochSeconds;
  /** What it says it is; `JWT` where absent. @see RFC 8725 §3.11 */
  readonly typ?: string;
  /** Claims that an encrypted one shows outside too. @see RFC 7519 §5.3 */
  readonly replicated?: JwtClaims;
}

/**
 * Claims for one client, signed and then encrypted as it is registered.
 * @see OpenID Connect Core 1.0 §10.2, RFC 7519 §11.2
 * @throws OAuthError temporarily_unavailable: the client has no key to encrypt for, or no secret to sign with
 */
export const clientJwt = async (claims: JwtClaims, order: ClientJwtOrder, needs: ClientJwtNeeds): Promise<string> => {
  const { client, kind, replicated } = order;
  const isSigned = client.metadata[`${kind}_signed_response_alg`] !== undefined;
  const content = isSigned ? await signed(claims, order, needs) : JSON.stringify(claims);
  const alg = client.metadata[`${kind}_encrypted_response_alg`];
  if (alg === undefined) return content;
  // OpenID Connect Dynamic Client Registration 1.0 §2: the default where only the algorithm is registered.
  const enc = client.metadata[`${kind}_encrypted_response_enc`] ?? 'A128CBC-HS256';
  return encryptJwt(content, { alg, enc, jwk: await encryptionKey(client, alg, needs), nested: isSigned, replicated });
};

const signed = async (
  claims: JwtClaims,
  { client, kind, at, typ = 'JWT' }: ClientJwtOrder,
  needs: ClientJwtNeeds,
): Promise<string> => {
  const alg = client.metadata[`${kind}_signed_response_alg`] ?? 'RS256';
  if (alg !== 'HS256') return signJwt(claims, typ, needs.keys().signing(alg));
  const [secret] = readableSecrets(client, at, needs);
  if (secret) return signWithSecret(claims, typ, secret.text);
  throw new OAuthError('temporarily_unavailable', 'This client has no secret for HS256: rotate it or apply it again');
};

const encryptionKey = async (client: Client, alg: EncryptionAlgorithm, needs: ClientJwtNeeds) => {
  const [key] = await clientKeys(client, { alg }, needs);
  if (key) return key;
  throw new OAuthError('temporarily_unavailable', `The keys of this client have none for ${alg}`);
};
