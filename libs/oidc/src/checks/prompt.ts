import { OAuthError } from '../errors.js';
import { promptValues } from '../prompts/values.js';
import type { Check } from './check.js';

/** `prompt` holds known values, and `none` stands alone. @see OpenID Connect Core 1.0 §3.1.2.1 */
export const promptCheck: Check = {
  name: 'prompt',
  doors: ['authorize'],
  check: ({ prompt = '' }) => {
    const values = prompt.split(' ').filter(Boolean);
    const unknown = values.find((value) => !promptValues.some((known) => known === value));
    if (unknown !== undefined) {
      throw new OAuthError('invalid_request', `prompt must be made of: ${promptValues.join(', ')}`);
    }
    if (values.includes('none') && values.length > 1) {
      throw new OAuthError('invalid_request', 'prompt=none must not be combined with other values');
    }
  },
};
