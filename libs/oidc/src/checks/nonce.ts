import { named } from '@portico/endpoint';
import { OAuthError } from '../errors.js';
import { normalized, responseTypes } from '../response-types/index.js';
import { scopesOf } from '../scope.js';
import type { Check } from './check.js';

/**
 * An ID Token that comes from the authorization endpoint is bound to the browser by its nonce, and exists in an OpenID
 * Connect request alone.
 * @see OpenID Connect Core 1.0 §3.2.2.1, §3.3.2.1, §3.3.2.11
 */
export const nonceCheck: Check = {
  name: 'nonce',
  doors: ['authorize'],
  check: ({ response_type: responseType = '', nonce, scope }) => {
    const parts = named(responseTypes, normalized(responseType))?.parts ?? [];
    if (!parts.some(({ name }) => name === 'id_token')) return;
    if (!scopesOf(scope).includes('openid'))
      throw new OAuthError('invalid_scope', 'scope must contain openid for this response_type');
    if (nonce === undefined) throw new OAuthError('invalid_request', 'nonce is required for this response_type');
  },
};
