import type { Branded, EpochSeconds } from '@portico/endpoint';
import type { CodeChallengeMethod } from '@portico/pkce';

interface Validated {
  readonly clientId: string;
  readonly redirectUri: string;
  /** Did the request name it? Then the token request must repeat it. @see RFC 6749 §4.1.3 */
  readonly redirectUriSent: boolean;
  readonly responseType: string;
  readonly responseMode: string;
  readonly scope: readonly string[];
  readonly state?: string;
  readonly nonce?: string;
  readonly codeChallenge?: string;
  readonly codeChallengeMethod?: CodeChallengeMethod;
  readonly prompt: readonly string[];
  readonly maxAgeSeconds?: number;
  readonly loginHint?: string;
  /** The person whom `id_token_hint` names. */
  readonly hintedSubject?: string;
  readonly uiLocales?: string;
  readonly requestedAt: EpochSeconds;
}

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
