import type { EpochSeconds } from '@portico/endpoint';
import type { ClaimsRequest } from './claims-request.js';
import type { FaceName } from './face.js';

/** What one subject let one client do; every token is issued from one (law 4). */
export interface Authorization {
  readonly id: string;
  readonly clientId: string;
  /** The issuer that its tokens are of; OpenID Connect's where absent. */
  readonly face?: FaceName;
  /** Absent where the client acts for itself. @see RFC 6749 §4.4 */
  readonly subject?: string;
  readonly scope: readonly string[];
  /** @see RFC 8707 §2 */
  readonly resources: readonly string[];
  readonly sid?: string;
  readonly authTime?: EpochSeconds;
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** @see OpenID Connect Core 1.0 §5.5 */
  readonly claims?: ClaimsRequest;
  /** Proof-of-possession confirmation. @see RFC 7800 §3.1 */
  readonly cnf?: Readonly<Record<string, string>>;
  readonly grantedAt: EpochSeconds;
  /** No token issued from it lasts longer. */
  readonly expiresAt: EpochSeconds;
  readonly revokedAt?: EpochSeconds;
}

interface Issued {
  /** Its key in the store, which follows from its text; the text itself is never stored. */
  readonly hash: string;
  /** The `jti` of an access token; names the token in events. */
  readonly id: string;
  readonly authorizationId: string;
  readonly issuedAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
  readonly consumedAt?: EpochSeconds;
  /** The id of the request that has consumed it. */
  readonly consumedBy?: string;
  readonly revokedAt?: EpochSeconds;
}

/** @see RFC 6749 §1.3.1; code, challenge and nonce live in one row */
export interface AuthorizationCode extends Issued {
  readonly kind: 'code';
  readonly redirectUri: string;
  /** Was `redirect_uri` in the authorization request? Then the token request must repeat it. @see RFC 6749 §4.1.3 */
  readonly redirectUriSent: boolean;
  readonly codeChallenge?: string;
  readonly codeChallengeMethod?: 'S256' | 'plain';
  readonly nonce?: string;
}

/** The code of a device that a person has approved: from then on it is exchanged as an authorization code is. @see RFC 8628 §3.4 */
export interface DeviceCode extends Issued {
  readonly kind: 'device_code';
}

/** @see RFC 6749 §1.5 */
export interface RefreshToken extends Issued {
  readonly kind: 'refresh_token';
}

/** @see RFC 6749 §1.4; `format` says whether its text is a JWT */
export interface AccessToken extends Issued {
  readonly kind: 'access_token';
  readonly scope: readonly string[];
  readonly audience: readonly string[];
  readonly format: 'jwt' | 'opaque';
}

/** Everything that is stored under its hash. */
export type StoredToken = AuthorizationCode | DeviceCode | RefreshToken | AccessToken;

/** A stored token with the authorization behind it. */
export interface Held<Token extends StoredToken = StoredToken> {
  readonly token: Token;
  readonly authorization: Authorization;
}

/** What the audit log calls the issue of these tokens: a code is not yet one, and with a device's the person has approved. */
export const issuedEvent = (
  tokens: readonly Pick<StoredToken, 'kind'>[],
): 'code_issued' | 'device_approved' | 'tokens_issued' => {
  const [only, ...others] = tokens;
  if (others.length > 0) return 'tokens_issued';
  if (only?.kind === 'device_code') return 'device_approved';
  return only?.kind === 'code' ? 'code_issued' : 'tokens_issued';
};

/** What the audit log tells of issued tokens: the name of each, which opens nothing. */
export const issuedDetail = (tokens: readonly Pick<StoredToken, 'kind' | 'id'>[]): Readonly<Record<string, string>> =>
  Object.fromEntries(tokens.map(({ kind, id }) => [kind, id]));
