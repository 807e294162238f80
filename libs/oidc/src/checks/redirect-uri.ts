import { OAuthError } from '../errors.js';
import { redirectUriAllowed } from '../redirect-uri.js';
import type { Check } from './check.js';

/** No token goes to an http callback, unless the client is set to allow it. @see OpenID Connect Core 1.0 §3.2.2.1 */
export const redirectUriCheck: Check = {
  name: 'redirect_uri',
  doors: ['authorize'],
  check: ({ redirect_uri: given, response_type: responseType = '' }, { client: { metadata } }) => {
    // One that is left out is the only one that is registered (RFC 6749 §3.1.2.3).
    const uri = given ?? metadata.redirect_uris[0] ?? '';
    if (redirectUriAllowed(uri, responseType, metadata)) return;
    throw new OAuthError('invalid_request', `redirect_uri must use https for response_type=${responseType}`);
  },
};
