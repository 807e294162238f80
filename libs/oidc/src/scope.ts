import type { Client } from './client.js';

/** The scopes with a meaning of their own here. @see OpenID Connect Core 1.0 §5.4, §11 */
export const standardScopes = [
  'openid',
  'profile',
  'email',
  'phone',
  'address',
  'offline_access',
  'username',
  'roles',
] as const;

/** Everything about a person in one word; it means something at plain OAuth 2.0 alone. */
export const userScope = 'user';

/** The values of a scope parameter, each once. @see RFC 6749 §3.3 */
export const scopesOf = (scope: string | undefined): string[] => [...new Set((scope ?? '').split(' ').filter(Boolean))];

/** The scope parameter of these values. @see RFC 6749 §3.3 */
export const scopeText = (scopes: readonly string[]): string => scopes.join(' ');

/** These scopes, and those for which `user` stands. @see OpenID Connect Core 1.0 §5.4 */
export const spelledOut = (scopes: readonly string[]): readonly string[] =>
  scopes.includes(userScope) ? [...scopes, 'profile', 'email', 'phone', 'address', 'username'] : scopes;

/** Those of the requested scopes that the client may have; others are ignored. @see RFC 6749 §3.3 */
export const allowedScopes = (requested: readonly string[], { metadata }: Client): string[] => {
  const registered = scopesOf(metadata.scope);
  return requested.filter((scope) => registered.includes(scope));
};
