import { namedPartition, partitionFor, randomId, randomSecret, type EpochSeconds } from '@portico/endpoint';
import { signJwt, type KeySet } from '@portico/jwt';
import { tokenIdOf } from '@portico/revocation';
import type { AccessToken, Authorization } from './authorization.js';
import type { Client } from './client.js';
import { faceOf } from './face.js';
import type { Policy } from './policy.js';
import { scopeText } from './scope.js';
import type { SubjectFor } from './subject-identifier.js';
import { tokenKey } from './token-key.js';

/** An access token's text and what is stored of it. */
export interface MintedAccessToken {
  readonly text: string;
  readonly stored: AccessToken;
}

/** What minting an access token takes. */
export interface AccessTokenNeeds {
  readonly keys: () => KeySet;
  readonly policy: Policy;
  readonly subjectFor: SubjectFor;
}

/** From what an access token is minted. */
export interface AccessTokenOrder {
  readonly client: Client;
  readonly authorization: Authorization;
  readonly scope: readonly string[];
  readonly at: EpochSeconds;
}

/**
 * An access token of the client's format; without a resource its audience is the client itself.
 * @see RFC 9068 §2.1, §2.2, §2.2.1, §2.2.3, §3; RFC 6750 §5.1
 */
export const mintAccessToken = async (order: AccessTokenOrder, needs: AccessTokenNeeds): Promise<MintedAccessToken> => {
  const { client, authorization, scope, at } = order;
  const face = faceOf(authorization);
  const { format, lifetimeSeconds } = face.accessTokens(client);
  const audience = authorization.resources.length > 0 ? authorization.resources : [client.id];
  const described = {
    id: tokenIdOf(authorization.id, randomId()),
    issuedAt: at,
    expiresAt: Math.min(at + lifetimeSeconds, authorization.expiresAt),
    scope,
    audience,
  };
  const parts = [partitionFor({ from: at, until: described.expiresAt }), namedPartition(authorization.id)] as const;
  const text = format === 'jwt' ? await signed(order, described, needs) : face.textOf(randomSecret(), parts);
  return {
    text,
    stored: { kind: 'access_token', hash: tokenKey(text, at), authorizationId: authorization.id, format, ...described },
  };
};

type Described = Pick<AccessToken, 'id' | 'issuedAt' | 'expiresAt' | 'scope' | 'audience'>;

const signed = (
  { client, authorization }: AccessTokenOrder,
  token: Described,
  { keys, policy, subjectFor }: AccessTokenNeeds,
): Promise<string> => {
  const [only, ...others] = token.audience;
  const claims = {
    iss: policy.issuer,
    // RFC 9068 §2.2: where no person is involved, the client is the subject.
    sub: authorization.subject === undefined ? client.id : subjectFor(client, authorization.subject),
    aud: others.length > 0 ? token.audience : only,
    client_id: client.id,
    iat: token.issuedAt,
    exp: token.expiresAt,
    jti: token.id,
    scope: token.scope.length > 0 ? scopeText(token.scope) : undefined,
    auth_time: authorization.authTime,
    acr: authorization.acr,
    amr: authorization.amr,
  };
  return signJwt(claims, 'at+jwt', keys().signing(client.metadata.access_token_signed_response_alg));
};
