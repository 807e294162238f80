import { unverifiedJwt, verifyJwt, type JwtClaims, type KeySet } from '@portico/jwt';
import { authorizationOfTokenId, type TokenName } from '@portico/revocation';
import { faces } from './face.js';
import type { Policy } from './policy.js';
import { mayBePairwise } from './subject-identifier.js';

/** What verifying an access token by itself takes. */
export interface SelfContainedNeeds {
  readonly keys: () => KeySet;
  readonly policy: Policy;
}

/**
 * What an access token that is a JWT says of itself, before anything is verified: enough to ask whether it was revoked.
 * Nothing where it does not name its authorization.
 * @see RFC 9068 §2.2, RFC 6749 §1.4 (a token may self-contain its information)
 */
export const tokenNameOf = (text: string): TokenName | undefined => {
  const { jti, client_id: clientId, sub, iat: issuedAt } = unverifiedJwt(text)?.claims ?? {};
  if (typeof jti !== 'string' || typeof clientId !== 'string' || typeof issuedAt !== 'number') return undefined;
  const authorizationId = authorizationOfTokenId(jti);
  if (authorizationId === undefined) return undefined;
  const subject = typeof sub === 'string' && !mayBePairwise(sub) ? sub : undefined;
  return { tokenId: jti, authorizationId, clientId, issuedAt, subject };
};

// Other texts decode to the same bytes (RFC 4648 §3.5); only the one that was issued is the token.
const isAsIssued = (text: string): boolean =>
  text.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);

/**
 * The claims of an access token that was issued here and has not expired, by its signature alone.
 * @see RFC 9068 §4
 */
export const selfContained = async (
  text: string,
  at: number,
  { keys, policy }: SelfContainedNeeds,
): Promise<JwtClaims | undefined> => {
  if (!isAsIssued(text)) return undefined;
  const claims = await verifyJwt(text, keys(), { typ: 'at+jwt', issuer: faces.oidc.issuer(policy) });
  return typeof claims?.exp === 'number' && claims.exp > at ? claims : undefined;
};
