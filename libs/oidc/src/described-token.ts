import type { JwtClaims } from '@portico/jwt';
import type { AccessToken, Held, RefreshToken } from './authorization.js';
import type { Client } from './client.js';
import { faceOf } from './face.js';
import type { Policy } from './policy.js';
import type { ClientStore } from './ports.js';
import { scopeText } from './scope.js';
import type { SubjectFor } from './subject-identifier.js';

/** What describing a token takes. */
export interface DescribedTokenNeeds {
  readonly policy: Policy;
  readonly clients: ClientStore;
  readonly subjectFor: SubjectFor;
}

/**
 * What is told of a token that holds; the person as the token's own client knows them, whoever asks.
 * @see RFC 7662 §2.2
 */
export const describedToken = async (
  { token, authorization }: Held<AccessToken | RefreshToken>,
  needs: DescribedTokenNeeds,
  asking?: Client,
): Promise<Record<string, unknown>> => {
  const { clientId, subject } = authorization;
  const client = asking?.id === clientId ? asking : await needs.clients.find(clientId);
  return {
    iss: faceOf(authorization).issuer(needs.policy),
    sub: subject === undefined ? clientId : client && needs.subjectFor(client, subject),
    client_id: clientId,
    aud: token.kind === 'access_token' ? audienceOf(token) : undefined,
    scope: scopeText(token.kind === 'access_token' ? token.scope : authorization.scope),
    token_type: token.kind === 'access_token' ? 'Bearer' : undefined,
    jti: token.id,
    iat: token.issuedAt,
    exp: token.expiresAt,
  };
};

/**
 * The same, from the claims of an access token that is a JWT.
 * @see RFC 7662 §2.2, RFC 9068 §2.2
 */
export const describedClaims = ({ iss, sub, client_id, aud, scope = '', jti, iat, exp }: JwtClaims) => ({
  iss,
  sub,
  client_id,
  aud,
  scope,
  token_type: 'Bearer',
  jti,
  iat,
  exp,
});

const audienceOf = ({ audience: [only, ...others] }: AccessToken): unknown =>
  others.length > 0 ? [only, ...others] : only;
