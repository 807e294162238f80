import type { EpochSeconds } from '@portico/endpoint';
import { unseal, type SealKey } from '@portico/jwt';
import type { Client, ClientMetadata, ClientSecret } from './client.js';

/** What reading a sealed client secret takes. */
export interface ClientSecretsNeeds {
  /** Opens the secrets that are stored sealed. */
  readonly clientSecretKey: SealKey;
}

/** Is a key made of this client's secret, so that a hash of it is not enough? @see OpenID Connect Core 1.0 §10.1 */
export const needsReadableSecret = (metadata: ClientMetadata): boolean =>
  [
    metadata.token_endpoint_auth_method,
    metadata.introspection_endpoint_auth_method,
    metadata.revocation_endpoint_auth_method,
  ].includes('client_secret_jwt') ||
  [metadata.id_token_signed_response_alg, metadata.userinfo_signed_response_alg].includes('HS256');

/** A secret in clear text, and how it is stored. */
export interface ReadableSecret {
  readonly text: string;
  readonly stored: ClientSecret;
}

const never = Number.MAX_SAFE_INTEGER;
const lastingFirst = (one: ClientSecret, other: ClientSecret): number =>
  (other.expiresAt ?? never) - (one.expiresAt ?? never) || other.createdAt - one.createdAt;

/**
 * Those of a client's secrets that hold and can be read; the one that holds longest comes first.
 * @see OpenID Connect Core 1.0 §10.1
 * @throws SealBroken the installation's secret is another one
 */
export const readableSecrets = (
  { id, secrets }: Client,
  at: EpochSeconds,
  { clientSecretKey }: ClientSecretsNeeds,
): ReadableSecret[] =>
  secrets
    .filter(({ expiresAt = never }) => expiresAt > at)
    .sort(lastingFirst)
    .flatMap((stored) =>
      stored.sealed === undefined ? [] : [{ stored, text: unseal(stored.sealed, id, clientSecretKey) }],
    );
