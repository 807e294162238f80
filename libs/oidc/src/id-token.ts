import { createHash } from 'node:crypto';
import type { EpochSeconds } from '@portico/endpoint';
import { signJwt, type KeySet, type SigningAlgorithm } from '@portico/jwt';
import type { AccountStore } from '@portico/sso';
import type { Authorization } from './authorization.js';
import { claimsFor } from './claims.js';
import type { Client } from './client.js';
import { OAuthError } from './errors.js';
import type { Policy } from './policy.js';

/** What minting an ID Token takes. */
export interface IdTokenNeeds {
  readonly keys: () => KeySet;
  readonly policy: Policy;
  readonly accounts: AccountStore;
}

/** From what an ID Token is minted. */
export interface IdTokenOrder {
  readonly client: Client;
  readonly authorization: Authorization;
  readonly scope: readonly string[];
  readonly at: EpochSeconds;
  readonly nonce?: string;
  /** Of the access token beside it. */
  readonly accessToken?: string;
}

/**
 * The left half of a token's hash, by the hash of the signature: SHA-512 for Ed25519, else SHA-256.
 * @see OpenID Connect Core 1.0 §3.1.3.6 (at_hash)
 */
export const halfHash = (text: string, alg: SigningAlgorithm): string => {
  const digest = createHash(alg === 'EdDSA' ? 'sha512' : 'sha256')
    .update(text, 'ascii')
    .digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
};

/**
 * An ID Token: who signed in, when, how, for whom.
 * @see OpenID Connect Core 1.0 §2, §3.1.3.6
 * @throws OAuthError invalid_grant: the person is no longer there
 */
export const mintIdToken = async (order: IdTokenOrder, needs: IdTokenNeeds): Promise<string> => {
  const { client, authorization, at, nonce, accessToken } = order;
  const alg = client.metadata.id_token_signed_response_alg;
  const claims = {
    ...(await profileOf(order, needs)),
    iss: needs.policy.issuer,
    sub: authorization.subject,
    aud: client.id,
    azp: client.id,
    iat: at,
    exp: at + client.metadata.id_token_lifetime,
    auth_time: authorization.authTime,
    nonce,
    acr: authorization.acr,
    amr: authorization.amr,
    sid: authorization.sid,
    at_hash: accessToken === undefined ? undefined : halfHash(accessToken, alg),
  };
  return signJwt(claims, 'JWT', needs.keys().signing(alg));
};

const profileOf = async (
  { client, authorization, scope }: IdTokenOrder,
  { accounts }: IdTokenNeeds,
): Promise<object> => {
  if (!client.metadata.id_token_profile_claims || authorization.subject === undefined) return {};
  const account = await accounts.find(authorization.subject);
  if (!account) throw new OAuthError('invalid_grant', 'The person of this authorization is no longer there');
  return claimsFor(account, scope);
};
