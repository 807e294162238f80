import type { Branded, Display, EpochSeconds } from '@portico/endpoint';
import type { CodeChallengeMethod } from '@portico/pkce';
import { isWanted, type ClaimsRequest } from './claims-request.js';
import type { FaceName } from './face.js';

/** What a person is asked about, by whichever door the request came in. @see OpenID Connect Core 1.0 §3.1.2.1, RFC 8628 §3.1 */
export interface Asked {
  readonly clientId: string;
  /** The issuer that was asked; OpenID Connect's where absent. */
  readonly face?: FaceName;
  readonly scope: readonly string[];
  readonly prompt: readonly string[];
  readonly maxAgeSeconds?: number;
  readonly loginHint?: string;
  /** The `sub` of `id_token_hint`, as this client knows it. */
  readonly hintedSub?: string;
  /** @see OpenID Connect Core 1.0 §5.5 */
  readonly claims?: ClaimsRequest;
  readonly uiLocales?: string;
  readonly display?: Display;
  /** Absent where the answer is fetched at the token endpoint. @see RFC 8628 §3.4 */
  readonly responseType?: string;
  readonly requestedAt: EpochSeconds;
}

interface Validated extends Asked {
  readonly redirectUri: string;
  /** Did the request name it? Then the token request must repeat it. @see RFC 6749 §4.1.3 */
  readonly redirectUriSent: boolean;
  readonly responseType: string;
  readonly responseMode: string;
  readonly state?: string;
  readonly nonce?: string;
  readonly codeChallenge?: string;
  readonly codeChallengeMethod?: CodeChallengeMethod;
}

/**
 * Is this the person whom the request means, where it means one: by its hint, or by the value of the claim `sub`?
 * @see OpenID Connect Core 1.0 §3.1.2.2
 */
export const isMeant = ({ hintedSub, claims }: Asked, sub: string): boolean =>
  (hintedSub === undefined || hintedSub === sub) && isWanted(claims?.id_token?.sub, sub);

/**
 * A checked authorization request: only `validate` makes one, and `resumed` gives one back that has waited for a person.
 * @see OpenID Connect Core 1.0 §3.1.2.1
 */
export type AuthorizationRequest = Branded<Validated, 'AuthorizationRequest'>;

/** The one cast: `validate` has run every check. */
export const validated = (request: Validated): AuthorizationRequest => request as AuthorizationRequest;

/** The request that an interaction has kept; it was validated before it was stored, and only we write there. */
export const resumed = (interaction: { readonly request: unknown }): AuthorizationRequest =>
  interaction.request as AuthorizationRequest;
