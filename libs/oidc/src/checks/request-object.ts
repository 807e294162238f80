import { OAuthError } from '../errors.js';
import type { Check } from './check.js';

const refuse = (name: 'request_uri' | 'registration'): Check => ({
  name,
  doors: ['authorize'],
  check: (params) => {
    if (params[name] !== undefined) throw new OAuthError(`${name}_not_supported`, `${name} is not supported`);
  },
});

/** Request objects by reference and registration by request are answered with their own errors. @see OpenID Connect Core 1.0 §3.1.2.6, §6, §7.2.1 */
export const requestObjects: Check[] = [refuse('request_uri'), refuse('registration')];
