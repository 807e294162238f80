import { acrs, requiredAcrs } from '../acr.js';
import { parseClaims, type ClaimsRequest } from '../claims-request.js';
import { OAuthError } from '../errors.js';
import type { Check } from './check.js';

// Nobody should sign in first for a class that no sign-in here reaches.
const checkAcr = (claims: ClaimsRequest): void => {
  const required = requiredAcrs(claims);
  if (required === undefined || acrs.some(({ name }) => required.includes(name))) return;
  throw new OAuthError('unmet_authentication_requirements', 'No sign-in here reaches the acr that claims requires');
};

/**
 * `claims` is a JSON object of the section's shape; those for the UserInfo Endpoint need an access token to go there with.
 * @see OpenID Connect Core 1.0 §5.5, §5.5.1.1; Error Code unmet_authentication_requirements 1.0 §1
 */
export const claimsCheck: Check = {
  name: 'claims',
  doors: ['authorize'],
  check: ({ claims: text, response_type: responseType = 'code' }) => {
    if (text === undefined) return;
    const claims = parseClaims(text);
    if (claims.userinfo && !responseType.split(' ').some((word) => word === 'code' || word === 'token')) {
      throw new OAuthError('invalid_request', 'claims.userinfo needs a response_type that leads to an access token');
    }
    checkAcr(claims);
  },
};
