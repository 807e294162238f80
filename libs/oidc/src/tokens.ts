import { randomUUID } from 'node:crypto';
import { namedPartition, partitionFor, type Clock, type EpochSeconds } from '@portico/endpoint';
import { mintAccessToken, type AccessTokenNeeds } from './access-token.js';
import type { Authorization, RefreshToken, StoredToken } from './authorization.js';
import type { AuthenticatedClient } from './client-auth/authenticate-client.js';
import { faceOf } from './face.js';
import { mintIdToken, type IdTokenNeeds } from './id-token.js';
import { scopeText } from './scope.js';
import { tokenKey } from './token-key.js';

/** What every grant comes to: tokens to be issued from one authorization, and the step that makes them count (law 4). */
export interface Issue {
  readonly client: AuthenticatedClient;
  readonly authorization: Authorization;
  /** That of the authorization, or less. @see RFC 6749 §6 */
  readonly scope: readonly string[];
  /** Did the request name a scope? Then it is told what came of it, be it nothing. @see RFC 6749 §3.3 */
  readonly isScopeAsked?: boolean;
  /** @see OpenID Connect Core 1.0 §3.1.2.1 (nonce) */
  readonly nonce?: string;
  /** What a refresh token is made of, if one goes with it: 256 secret bits in base64url. */
  readonly refreshSecret?: string;
  /** The code or the refresh token in whose place it stands. */
  readonly predecessor?: StoredToken;
  /**
   * The gate: stores the tokens, in one step with the consumption of what they are exchanged for.
   * @throws OAuthError invalid_grant: it was consumed or revoked meanwhile; then nothing has been issued
   */
  save(tokens: readonly StoredToken[]): Promise<void>;
}

/** What issuing tokens takes. */
export interface MintNeeds extends AccessTokenNeeds, IdTokenNeeds {
  readonly clock: Clock;
}

/** The body of a token response. @see RFC 6749 §5.1, OpenID Connect Core 1.0 §3.1.3.3 */
export interface TokenResponse extends Record<string, unknown> {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly scope?: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
}

/**
 * The only mint. A token that is answered has been stored.
 * @see RFC 6749 §5.1, OpenID Connect Core 1.0 §3.1.3.3
 * @throws OAuthError what the grant's gate throws
 */
export const issueTokens = async (issue: Issue, needs: MintNeeds): Promise<TokenResponse> => {
  const { client, authorization, scope, isScopeAsked = false } = issue;
  const at = needs.clock();
  const access = await mintAccessToken({ client, authorization, scope, at }, needs);
  const idToken = await idTokenFor(issue, { accessToken: access.text, at }, needs);
  const refresh = refreshTokenFor(issue, at);
  await issue.save([access.stored, ...(refresh ? [refresh.stored] : [])]);
  return {
    access_token: access.text,
    token_type: 'Bearer',
    expires_in: access.stored.expiresAt - at,
    ...(scope.length > 0 || isScopeAsked ? { scope: scopeText(scope) } : {}),
    ...(refresh ? { refresh_token: refresh.text } : {}),
    ...(idToken === undefined ? {} : { id_token: idToken }),
  };
};

const idTokenFor = async (
  issue: Issue,
  { accessToken, at }: { accessToken: string; at: EpochSeconds },
  needs: MintNeeds,
) => {
  const { client, authorization, scope, nonce } = issue;
  if (authorization.subject === undefined || !scope.includes('openid')) return undefined;
  return mintIdToken(
    { client, authorization, scope, at, accessToken, ...(nonce === undefined ? {} : { nonce }) },
    needs,
  );
};

interface Minted {
  readonly text: string;
  readonly stored: RefreshToken;
}

/**
 * The text is made of the secret and of what is known of the predecessor alone, never of the time: whoever asks for a
 * successor again gets the same text, also on the next day.
 */
const refreshTokenFor = (
  { client, authorization, refreshSecret, predecessor }: Issue,
  at: EpochSeconds,
): Minted | undefined => {
  if (refreshSecret === undefined) return undefined;
  const { refresh_token_lifetime: lifetime, refresh_token_absolute_lifetime: absolute } = client.metadata;
  const last = Math.min(authorization.grantedAt + absolute, authorization.expiresAt);
  const endingBy = (time: EpochSeconds): EpochSeconds => Math.min(time + lifetime, last);
  const span = { from: predecessor?.issuedAt ?? at, until: endingBy(predecessor?.expiresAt ?? at) };
  const parts = [partitionFor(span), namedPartition(authorization.id)] as const;
  const text = faceOf(authorization).textOf(refreshSecret, parts);
  const stored = {
    kind: 'refresh_token' as const,
    hash: tokenKey(text, at),
    id: randomUUID(),
    authorizationId: authorization.id,
    issuedAt: at,
    expiresAt: endingBy(at),
  };
  return { text, stored };
};
