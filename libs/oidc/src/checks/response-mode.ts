import { named, namesOf } from '@portico/endpoint';
import { OAuthError } from '../errors.js';
import { responseMode, responseModes } from '../response-modes/index.js';
import { answersWithTokens, normalized, responseTypes } from '../response-types/index.js';
import type { Check } from './check.js';

/**
 * `response_mode` is one of ours, and no token ever goes into a query, which logs and histories keep.
 * @see OAuth 2.0 Multiple Response Type Encoding Practices §2.1, §3.1
 */
export const responseModeCheck: Check = {
  name: 'response_mode',
  doors: ['authorize'],
  check: ({ response_type: responseType = '', response_mode: mode }) => {
    if (mode === undefined) return;
    if (!responseMode(mode)) {
      throw new OAuthError('invalid_request', `response_mode must be one of: ${namesOf(responseModes).join(', ')}`);
    }
    const known = named(responseTypes, normalized(responseType));
    if (mode === 'query' && known && answersWithTokens(known)) {
      throw new OAuthError('invalid_request', 'response_mode=query is not allowed for this response_type');
    }
  },
};
