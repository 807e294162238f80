import { OAuthError } from '../errors.js';
import type { Check } from './check.js';

/** `max_age` is a number of seconds. @see OpenID Connect Core 1.0 §3.1.2.1 */
export const maxAgeCheck: Check = {
  name: 'max_age',
  doors: ['authorize'],
  check: ({ max_age: maxAge }) => {
    if (maxAge !== undefined && !/^\d{1,10}$/.test(maxAge)) {
      throw new OAuthError('invalid_request', 'max_age must be a number of seconds, 0 or more');
    }
  },
};
