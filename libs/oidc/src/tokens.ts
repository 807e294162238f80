import { randomUUID } from 'node:crypto';
import { sha256, type Clock, type EpochSeconds } from '@portico/endpoint';
import { mintAccessToken, type AccessTokenNeeds } from './access-token.js';
import type { Authorization, RefreshToken, StoredToken } from './authorization.js';
import type { AuthenticatedClient } from './client-auth/authenticate-client.js';
import { mintIdToken, type IdTokenNeeds } from './id-token.js';
import { scopeText } from './scope.js';

/** What every grant comes to: tokens to be issued from one authorization, and the step that makes them count (law 4). */
export interface Issue {
  readonly client: AuthenticatedClient;
  readonly authorization: Authorization;
  /** That of the authorization, or less. @see RFC 6749 §6 */
  readonly scope: readonly string[];
  /** @see OpenID Connect Core 1.0 §3.1.2.1 (nonce) */
  readonly nonce?: string;
  /** The text of the refresh token that goes with it, if one does. */
  readonly refreshToken?: string;
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
  const { client, authorization, scope, refreshToken } = issue;
  const at = needs.clock();
  const access = await mintAccessToken({ client, authorization, scope, at }, needs);
  const idToken = await idTokenFor(issue, { accessToken: access.text, at }, needs);
  await issue.save([access.stored, ...(refreshToken === undefined ? [] : [refreshTokenFor(refreshToken, issue, at)])]);
  return {
    access_token: access.text,
    token_type: 'Bearer',
    expires_in: access.stored.expiresAt - at,
    ...(scope.length > 0 ? { scope: scopeText(scope) } : {}),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
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

const refreshTokenFor = (text: string, { client, authorization }: Issue, at: EpochSeconds): RefreshToken => ({
  kind: 'refresh_token',
  hash: sha256(text),
  id: randomUUID(),
  authorizationId: authorization.id,
  issuedAt: at,
  expiresAt: at + client.metadata.refresh_token_lifetime,
});
