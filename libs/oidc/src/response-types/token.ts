import { mintAccessToken } from '../access-token.js';
import { scopeText } from '../scope.js';
import type { ResponsePart } from './response-type.js';

/** An access token, from the authorization endpoint itself. @see RFC 6749 §4.2.2, OpenID Connect Core 1.0 §3.2.2.5 */
export const token: ResponsePart = {
  name: 'token',
  issue: async ({ client, authorization }, _before, needs) => {
    const { scope, grantedAt: at } = authorization;
    const { text, stored } = await mintAccessToken({ client, authorization, scope, at }, needs);
    const params = {
      access_token: text,
      token_type: 'Bearer',
      expires_in: String(stored.expiresAt - at),
      ...(scope.length > 0 ? { scope: scopeText(scope) } : {}),
    };
    return { params, stored: [stored] };
  },
};
