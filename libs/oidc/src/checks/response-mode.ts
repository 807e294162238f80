import { namesOf } from '@portico/endpoint';
import { OAuthError } from '../errors.js';
import { responseMode, responseModes } from '../response-modes/index.js';
import type { Check } from './check.js';

/** `response_mode` is one of ours. @see OAuth 2.0 Multiple Response Type Encoding Practices §2.1 */
export const responseModeCheck: Check = {
  name: 'response_mode',
  doors: ['authorize'],
  check: ({ response_mode: mode }) => {
    if (mode !== undefined && !responseMode(mode)) {
      throw new OAuthError('invalid_request', `response_mode must be one of: ${namesOf(responseModes).join(', ')}`);
    }
  },
};
