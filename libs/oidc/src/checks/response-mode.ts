import { namesOf } from '@portico/endpoint';
import { OAuthError } from '../errors.js';
import { responseMode, responseModes } from '../response-modes/index.js';
import type { Check } from './check.js';
import { redirectUriOf } from './redirect-uri.js';

/**
 * `response_mode` is one of ours, and fits what is asked for and where that goes.
 * @see OAuth 2.0 Multiple Response Type Encoding Practices §2.1, §3, §5
 */
export const responseModeCheck: Check = {
  name: 'response_mode',
  doors: ['authorize'],
  check: (params, { client }) => {
    const { response_type: responseType = '', response_mode: name } = params;
    if (name === undefined) return;
    const mode = responseMode(name);
    const fault = mode
      ? mode.misfit?.({ responseType, redirectUri: redirectUriOf(params, client) })
      : `response_mode must be one of: ${namesOf(responseModes).join(', ')}`;
    if (fault !== undefined) throw new OAuthError('invalid_request', fault);
  },
};
