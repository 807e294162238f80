import { z } from 'zod';
import { OAuthError } from '../errors.js';
import { newAuthorization } from '../new-authorization.js';
import { allowedScopes, scopesOf, standardScopes, userScope } from '../scope.js';
import { grant } from './grant.js';

/** @see RFC 6749 §4.4.2, §4.4.3 */
export const clientCredentials = grant({
  name: 'client_credentials',
  params: z.object({ scope: z.string().optional() }),
  redeem: ({ scope }, client, { tokens, clock, face, by }) => {
    // §4.4: "MUST only be used by confidential clients".
    if (client.metadata.token_endpoint_auth_method === 'none') {
      throw new OAuthError('unauthorized_client', 'A public client cannot use client_credentials');
    }
    const granted = allowedScopes(scopesOf(scope ?? client.metadata.scope), client).filter(withoutPerson);
    const authorization = newAuthorization({ client, face, scope: granted, at: clock() });
    const save = (issued: Parameters<typeof tokens.begin>[1]): Promise<void> => tokens.begin(authorization, issued, by);
    const isScopeAsked = scope !== undefined;
    return Promise.resolve({ client, authorization, scope: authorization.scope, isScopeAsked, save });
  },
});

// These speak of a person, and here is none.
const withoutPerson = (scope: string): boolean =>
  scope !== userScope && !standardScopes.some((standard) => standard === scope);
