import { randomSecret } from '@portico/endpoint';
import type { Authenticated, NotAuthenticated } from '@portico/sso';
import { z } from 'zod';
import { acrOf } from '../acr.js';
import type { Authorization } from '../authorization.js';
import type { Client } from '../client.js';
import { OAuthError } from '../errors.js';
import { newAuthorization } from '../new-authorization.js';
import { allowedScopes, scopesOf } from '../scope.js';
import { grant, type GrantNeeds } from './grant.js';

const params = z.object({ username: z.string(), password: z.string(), scope: z.string().optional() });

/**
 * The person has told their password to the client itself. There is no browser, and so no session and no page: what the
 * client asks for counts as approved, since it could do anything in the person's name.
 * @see RFC 6749 §4.3.2, §4.3.3; RFC 9700 §2.4 (why no client has it unless it is set to)
 */
export const password = grant({
  name: 'password',
  params,
  redeem: async (given, client, needs) => {
    const { username: identifier, password } = given;
    const outcome = await needs.passwordAuthenticator.authenticate({ identifier, password }, needs.by);
    if ('fault' in outcome) throw refused(outcome);
    const authorization = authorizationFor(outcome, scopeFor(given.scope, client), { client, needs });
    return {
      client,
      authorization,
      scope: authorization.scope,
      isScopeAsked: given.scope !== undefined,
      ...(authorization.scope.includes('offline_access') ? { refreshSecret: randomSecret() } : {}),
      save: (tokens) => needs.tokens.begin(authorization, tokens, needs.by),
    };
  },
});

// §4.3.2: "MUST protect the endpoint against brute force attacks". The same for an unknown person as for a wrong password.
const refused = ({ fault, retryAfterSeconds = 0 }: NotAuthenticated): OAuthError =>
  fault === 'wrong_credentials'
    ? new OAuthError('invalid_grant', 'username or password is wrong')
    : new OAuthError('invalid_grant', `Too many attempts; try again in ${retryAfterSeconds} seconds`, {
        retryAfterSeconds,
      });

const scopeFor = (scope: string | undefined, client: Client): string[] => {
  const refreshes = client.metadata.grant_types.includes('refresh_token');
  return allowedScopes(scopesOf(scope), client).filter((one) => one !== 'offline_access' || refreshes);
};

const authorizationFor = (
  { subject, amr }: Authenticated,
  scope: readonly string[],
  { client, needs }: { client: Client; needs: GrantNeeds },
): Authorization => {
  const now = needs.clock();
  const acr = acrOf(amr);
  return {
    ...newAuthorization({ client, face: needs.face, scope, at: now }),
    subject,
    authTime: now,
    amr,
    ...(acr === undefined ? {} : { acr }),
  };
};
