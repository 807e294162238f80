import { isVerifier } from '@portico/pkce';
import { OAuthError } from '../errors.js';
import { normalized } from '../response-types/index.js';
import type { Check } from './check.js';

/** The challenge methods there are; `plain` only for clients that are set to use it. @see RFC 7636 §4.3 */
export const challengeMethods = ['S256', 'plain'] as const;

const refuse = (description: string): never => {
  throw new OAuthError('invalid_request', description);
};

/**
 * The proof key for the code: always for public clients and where the client is set to need one.
 * @see RFC 7636 §4.3, §4.4.1; RFC 8252 §8.1; RFC 9700 §2.1.1; Browser-Based Applications §6.3.2.1
 */
export const pkceCheck: Check = {
  name: 'code_challenge',
  doors: ['authorize'],
  check: ({ response_type: responseType = '', ...params }, { client, face }) => {
    const { code_challenge: challenge, code_challenge_method: method } = params;
    if (challenge === undefined) {
      if (method !== undefined) refuse('code_challenge is required beside code_challenge_method');
      if (!normalized(responseType).split(' ').includes('code')) return;
      if (face.needsProofKey(client))
        refuse('code_challenge is required for this client (PKCE, with code_challenge_method=S256)');
      return;
    }
    if (!isVerifier(challenge)) refuse('code_challenge must have 43 to 128 characters out of A-Z a-z 0-9 - . _ ~');
    if (method !== undefined && !challengeMethods.some((known) => known === method))
      refuse('code_challenge_method must be S256');
    if (method !== 'S256' && !client.metadata.allow_plain_pkce)
      refuse('code_challenge_method must be S256; plain, which is also the default, is not allowed for this client');
  },
};
