import { OAuthError } from '../errors.js';
import { allowedScopes, scopesOf, userScope } from '../scope.js';
import type { Check } from './check.js';

/** Plain OAuth 2.0 knows no scope that goes without saying: a request that comes to none opens nothing. @see RFC 6749 §3.3 */
export const scopeCheck: Check = {
  name: 'scope',
  doors: ['authorize'],
  check: ({ scope }, { client, face }) => {
    if (face.name !== 'oauth') return;
    const known = scopesOf(scope).filter((one) => face.knows(one));
    if (allowedScopes(known, client).length === 0)
      throw new OAuthError(
        'invalid_scope',
        `scope must have ${userScope}, or another one for which the client is registered`,
      );
  },
};
