import { named, type Registry } from '@portico/endpoint';
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

/**
 * The claims of a request, with the classes that it would rather have, be it by `acr_values` or as its client is
 * registered: a voluntary claim, unless `claims` asks for the acr itself. What is no class of ours stays a wish.
 * @see OpenID Connect Core 1.0 §3.1.2.1 (acr_values), §5.5.1.1; Dynamic Client Registration 1.0 §2 (default_acr_values)
 */
export const withAcrs = (
  claims: ClaimsRequest | undefined,
  preferred: readonly string[],
): ClaimsRequest | undefined => {
  const values = preferred.filter((name) => named(acrs, name));
  if (values.length === 0 || claims?.id_token?.acr !== undefined) return claims;
  return { ...claims, id_token: { ...claims?.id_token, acr: { values } } };
};

/**
 * Would another sign-in reach a class that is asked for, where this one does not?
 * @see OpenID Connect Core 1.0 §3.1.2.1 (acr_values), §5.5.1.1
 */
export const wantsMore = (claims: ClaimsRequest | undefined, amr: readonly string[]): boolean => {
  const wanted = wantedValues(claims?.id_token?.acr);
  return wanted !== undefined && !wanted.includes(acrOf(amr)) && acrs.some(({ name }) => wanted.includes(name));
};
