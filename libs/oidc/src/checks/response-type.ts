import { named, namesOf } from '@portico/endpoint';
import { OAuthError } from '../errors.js';
import { normalized, responseTypes } from '../response-types/index.js';
import type { Check } from './check.js';

/** `response_type` is one of ours, and the client is registered for it. @see RFC 6749 §3.1.1, §4.1.2.1; RFC 9700 §2.1.2 */
export const responseTypeCheck: Check = {
  name: 'response_type',
  doors: ['authorize'],
  check: ({ response_type: responseType }, { client, face }) => {
    if (responseType === undefined) throw new OAuthError('invalid_request', 'response_type is required');
    const offered = responseTypes.filter(({ name }) => face.offers('response_type', name));
    const known = named(offered, normalized(responseType));
    if (!known) {
      throw new OAuthError('unsupported_response_type', `response_type must be one of: ${namesOf(offered).join(', ')}`);
    }
    const { response_types: registered, grant_types: grants } = client.metadata;
    const missing = known.grantTypes.filter((grant) => !grants.some((one) => one === grant));
    if (!registered.some((one) => one === known.name) || missing.length > 0) {
      throw new OAuthError('unauthorized_client', `This client is not registered for response_type=${known.name}`);
    }
  },
};
