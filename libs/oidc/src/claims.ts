import type { Account } from '@portico/sso';

/** The claims that a request names one by one. @see OpenID Connect Core 1.0 §5.5 */
export interface ClaimsRequest {
  readonly userinfo?: Readonly<Record<string, unknown>>;
  readonly id_token?: Readonly<Record<string, unknown>>;
}

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

/** What the scopes let a client know of a person; a claim without a value is left out. @see OpenID Connect Core 1.0 §5.3.2, §5.4 */
export const claimsFor = (account: Account, scopes: readonly string[]): Record<string, unknown> => {
  const wanted = new Set<string>(
    Object.entries(claimsByScope).flatMap(([scope, names]) => (scopes.includes(scope) ? [...names] : [])),
  );
  return Object.fromEntries(
    Object.entries(known(account)).filter(([name, value]) => wanted.has(name) && value !== undefined),
  );
};
