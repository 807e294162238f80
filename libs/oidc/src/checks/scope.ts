import { OAuthError } from '../errors.js';
import { allowedScopes, scopesOf } from '../scope.js';
import type { Check } from './check.js';

/**
 * A request that asks for scopes gets some of them: what comes to none could not be told of in the answer. Plain OAuth 2.0
 * knows no scope that goes without saying, and so needs one.
 * @see RFC 6749 §3.3
 */
export const scopeCheck: Check = {
  name: 'scope',
  doors: ['authorize'],
  check: ({ scope }, { client, face }) => {
    const asked = scopesOf(scope);
    if (asked.length === 0 && face.name !== 'oauth') return;
    const known = asked.filter((one) => face.knows(one));
    if (allowedScopes(known, client).length === 0)
      throw new OAuthError(
        'invalid_scope',
        `scope must have ${face.userinfoScope}, or another one for which the client is registered`,
      );
  },
};
