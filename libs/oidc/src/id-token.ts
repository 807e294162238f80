import { createHash } from 'node:crypto';
import type { EpochSeconds } from '@portico/endpoint';
import type { AccountStore } from '@portico/sso';
import type { Authorization } from './authorization.js';
import { claimsFor } from './claims.js';
import { clientJwt, type ClientJwtNeeds } from './client-jwt.js';
import type { Client, ClientAlgorithm } from './client.js';
import { OAuthError } from './errors.js';
import type { Policy } from './policy.js';
import type { SubjectFor } from './subject-identifier.js';

/** What minting an ID Token takes. */
export interface IdTokenNeeds extends ClientJwtNeeds {
  readonly policy: Policy;
  readonly accounts: AccountStore;
  readonly subjectFor: SubjectFor;
}

/** From what an ID Token is minted. */
export interface IdTokenOrder {
  readonly client: Client;
  readonly authorization: Authorization;
  readonly scope: readonly string[];
  readonly at: EpochSeconds;
  readonly nonce?: string;
  /** The access token beside it. */
  readonly accessToken?: string;
  /** The code beside it, in a response of the authorization endpoint. */
  readonly code?: string;
  /** The state that goes with it there. */
  readonly state?: string;
  /** Are the claims of the scopes to be told here, since no access token can fetch them? */
  readonly withClaims?: boolean;
}

/**
 * The left half of a text's hash, by the hash of the signature: SHA-512 for Ed25519, else SHA-256.
 * @see OpenID Connect Core 1.0 §3.1.3.6 (at_hash), §3.3.2.11 (c_hash); FAPI 1.0 Part 2 §5.1.1 (s_hash)
 */
export const halfHash = (text: string, alg: ClientAlgorithm): string => {
  const digest = createHash(alg === 'EdDSA' ? 'sha512' : 'sha256')
    .update(text)
    .digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
};

/**
 * An ID Token: who signed in, when, how, for whom.
 * @see OpenID Connect Core 1.0 §2, §3.1.3.6, §3.3.3.6, §12.2
 * @throws OAuthError invalid_grant: the person is no longer there; temporarily_unavailable: the client has no fitting key
 */
export const mintIdToken = async (order: IdTokenOrder, needs: IdTokenNeeds): Promise<string> => {
  const { client, authorization, at, nonce, accessToken, code, state } = order;
  const alg = client.metadata.id_token_signed_response_alg;
  const half = (text: string | undefined) => (text === undefined ? undefined : halfHash(text, alg));
  const claims = {
    ...(await profileOf(order, needs)),
    iss: needs.policy.issuer,
    sub: authorization.subject === undefined ? undefined : needs.subjectFor(client, authorization.subject),
    aud: client.id,
    azp: client.id,
    iat: at,
    exp: at + client.metadata.id_token_lifetime,
    auth_time: authorization.authTime,
    nonce,
    acr: authorization.acr,
    amr: authorization.amr,
    sid: authorization.sid,
    at_hash: half(accessToken),
    c_hash: half(code),
    s_hash: half(state),
  };
  return clientJwt(claims, { client, kind: 'id_token', at }, needs);
};

const profileOf = async (
  { client, authorization, scope, withClaims = client.metadata.id_token_profile_claims }: IdTokenOrder,
  { accounts }: IdTokenNeeds,
): Promise<object> => {
  const asked = authorization.claims?.id_token;
  if ((!withClaims && !asked) || authorization.subject === undefined) return {};
  const account = await accounts.find(authorization.subject);
  if (!account) throw new OAuthError('invalid_grant', 'The person of this authorization is no longer there');
  return claimsFor(account, withClaims ? scope : [], asked);
};
