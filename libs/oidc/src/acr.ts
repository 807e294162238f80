import type { Registry } from '@portico/endpoint';
import { wantedValues, type ClaimsRequest } from './claims-request.js';

/** How far a sign-in can be trusted, under the name that clients are told. @see OpenID Connect Core 1.0 §2 (acr) */
export interface Acr {
  readonly name: string;
  /** Do these methods reach it? @see RFC 8176 */
  readonly isReached: (amr: readonly string[]) => boolean;
}

/** A password over a protected connection. @see Authentication Context for SAML 2.0 §3.4.9 */
const password: Acr = {
  name: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  isReached: (amr) => amr.includes('pwd'),
};

/** Every authentication context class, the strongest first. */
export const acrs: Registry<Acr> = [password];

/** The class that a sign-in has reached. @see OpenID Connect Core 1.0 §2 (acr) */
export const acrOf = (amr: readonly string[]): string | undefined => acrs.find(({ isReached }) => isReached(amr))?.name;

/**
 * The classes without which the client takes nobody; undefined where it takes what it gets.
 * @see OpenID Connect Core 1.0 §5.5.1.1
 */
export const requiredAcrs = (claims: ClaimsRequest | undefined): readonly unknown[] | undefined => {
  const asked = claims?.id_token?.acr;
  return asked?.essential ? wantedValues(asked) : undefined;
};
