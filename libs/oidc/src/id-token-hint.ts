import type { Clock } from '@portico/endpoint';
import {
  isEncrypted,
  secretKeyOf,
  signingAlgorithm,
  unverifiedJwt,
  verifyJwt,
  verifySignature,
  type JwtClaims,
  type KeySet,
} from '@portico/jwt';
import { readableSecrets, type ClientSecretsNeeds } from './client-secrets.js';
import { OAuthError } from './errors.js';
import type { Policy } from './policy.js';
import type { ClientStore } from './ports.js';

/** What reading an ID Token that comes back takes. */
export interface IdTokenHintNeeds extends ClientSecretsNeeds {
  readonly keys: () => KeySet;
  readonly policy: Policy;
  readonly clients: ClientStore;
  readonly clock: Clock;
}

/**
 * The claims of an ID Token that comes back as a hint; one whose time has passed is still a hint, only its signature and
 * issuer must be ours. One that is signed with a secret is verified by the secrets of the client for which it was made.
 * @see OpenID Connect Core 1.0 §3.1.2.1 (id_token_hint), OpenID Connect RP-Initiated Logout 1.0 §2
 * @throws OAuthError invalid_request: it is encrypted, and only the client can read it
 */
export const idTokenHint = (hint: string, needs: IdTokenHintNeeds): Promise<JwtClaims | undefined> => {
  if (isEncrypted(hint))
    throw new OAuthError('invalid_request', 'id_token_hint must be decrypted: only the client itself can read it');
  return unverifiedJwt(hint)?.header.alg === 'HS256'
    ? signedWithSecret(hint, needs)
    : verifyJwt(hint, needs.keys(), { typ: 'JWT', issuer: needs.policy.issuer });
};

const signedWithSecret = async (hint: string, needs: IdTokenHintNeeds): Promise<JwtClaims | undefined> => {
  const { aud, iss } = unverifiedJwt(hint)?.claims ?? {};
  const client = typeof aud === 'string' && iss === needs.policy.issuer ? await needs.clients.find(aud) : undefined;
  if (client?.metadata.id_token_signed_response_alg !== 'HS256') return undefined;
  for (const { text } of readableSecrets(client, needs.clock(), needs)) {
    const claims = await verifySignature(hint, secretKeyOf(text), 'HS256');
    if (claims) return claims;
  }
  return undefined;
};

/**
 * May it be an ID Token of ours whose key is no longer there: one that was rotated out, or a secret that was replaced since?
 * Nothing of it can be verified any more, so that nothing in it counts; but it is no sign of a forgery either.
 * @see OpenID Connect RP-Initiated Logout 1.0 §2, §4; OpenID Connect Core 1.0 §10.1.1
 */
export const mayBeOfFormerKey = async (hint: string, needs: IdTokenHintNeeds): Promise<boolean> => {
  const { header = {}, claims = {} } = unverifiedJwt(hint) ?? {};
  const { alg, kid, typ } = header;
  if (claims.iss !== needs.policy.issuer || typ !== 'JWT') return false;
  if (alg === 'HS256') return mayBeOfFormerSecret(claims, needs);
  return signingAlgorithm.safeParse(alg).success && typeof kid === 'string' && !needs.keys().verification(kid);
};

// What was issued since a secret that still holds is there was signed with that one, or with one that holds longer.
const mayBeOfFormerSecret = async ({ aud, iat }: JwtClaims, needs: IdTokenHintNeeds): Promise<boolean> => {
  const client = typeof aud === 'string' ? await needs.clients.find(aud) : undefined;
  if (client?.metadata.id_token_signed_response_alg !== 'HS256' || typeof iat !== 'number') return false;
  return readableSecrets(client, needs.clock(), needs).every(({ stored }) => stored.createdAt >= iat);
};
