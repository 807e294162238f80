import type { Account } from '@portico/sso';
import { isWanted, type ClaimRequests, type ClaimsRequest } from './claims-request.js';

/** The claims that each scope asks for; `username` and `roles` are Portico's. @see OpenID Connect Core 1.0 §5.4 */
export const claimsByScope = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
  username: ['username'],
  roles: ['roles'],
} as const;

const known = (account: Account): Record<string, unknown> => ({
  preferred_username: account.username,
  ...account.claims,
  username: account.username,
  updated_at: account.updatedAt,
});

const scopesByClaim = new Map<string, string>(
  Object.entries(claimsByScope).flatMap(([scope, names]) => names.map((name) => [name, scope] as const)),
);

/**
 * What the scopes, and the claims asked for one by one, let a client know of a person; a claim without a value, or with
 * another one than was asked for, is left out.
 * @see OpenID Connect Core 1.0 §5.3.2, §5.4, §5.5, §5.6.1
 */
export const claimsFor = (
  account: Account,
  scopes: readonly string[],
  asked: ClaimRequests = {},
): Record<string, unknown> => {
  const isTold = (name: string, value: unknown): boolean => {
    const scope = scopesByClaim.get(name);
    if (scope === undefined || value === undefined) return false;
    return scopes.includes(scope) || (Object.hasOwn(asked, name) && isWanted(asked[name], value));
  };
  return Object.fromEntries(Object.entries(known(account)).filter(([name, value]) => isTold(name, value)));
};

/** The scopes to which these claims belong: in their words a person is told of them. @see OpenID Connect Core 1.0 §5.4, §5.5 */
export const scopesOfClaims = ({ userinfo, id_token: idToken }: ClaimsRequest = {}): string[] => {
  const names = [...Object.keys(userinfo ?? {}), ...Object.keys(idToken ?? {})];
  return [...new Set(names.flatMap((name) => scopesByClaim.get(name) ?? []))];
};

// What a sign-in says of itself belongs to no scope.
const ofSignIn = ['sub', 'acr', 'auth_time'];

/**
 * Those of the claims that the client may have: of the scopes for which it is registered; others are ignored.
 * @see OpenID Connect Core 1.0 §5.5
 */
export const allowedClaims = ({ userinfo, id_token: idToken }: ClaimsRequest, scopes: readonly string[]) => {
  const isAllowed = (name: string): boolean =>
    ofSignIn.includes(name) || scopes.includes(scopesByClaim.get(name) ?? '');
  const allowed = (asked: ClaimRequests): ClaimRequests =>
    Object.fromEntries(Object.entries(asked).filter(([name]) => isAllowed(name)));
  return { ...(userinfo && { userinfo: allowed(userinfo) }), ...(idToken && { id_token: allowed(idToken) }) };
};
