import type { AuthorizationParams } from '../authorization-params.js';
import type { Client } from '../client.js';
import { OAuthError } from '../errors.js';
import { redirectUriAllowed } from '../redirect-uri.js';
import type { Check } from './check.js';

/** Where a request is answered whose redirect URI is registered: one that is left out is the only one there is. @see RFC 6749 §3.1.2.3 */
export const redirectUriOf = ({ redirect_uri: given }: AuthorizationParams, { metadata }: Client): string =>
  given ?? metadata.redirect_uris[0] ?? '';

/** No token goes to an http callback, unless the client is set to allow it. @see OpenID Connect Core 1.0 §3.2.2.1 */
export const redirectUriCheck: Check = {
  name: 'redirect_uri',
  doors: ['authorize'],
  check: (params, { client }) => {
    const { response_type: responseType = '' } = params;
    if (redirectUriAllowed(redirectUriOf(params, client), responseType, client.metadata)) return;
    throw new OAuthError('invalid_request', `redirect_uri must use https for response_type=${responseType}`);
  },
};
