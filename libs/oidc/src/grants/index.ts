import { namesOf, type Registry } from '@portico/endpoint';
import { authingToken } from './authing-token.js';
import { authorizationCode } from './authorization-code.js';
import { clientCredentials } from './client-credentials.js';
import { deviceCode } from './device-code.js';
import type { Grant } from './grant.js';
import { password } from './password.js';
import { refreshToken } from './refresh-token.js';

/** Every grant. */
export const grants: Registry<Grant> = [
  authorizationCode,
  refreshToken,
  clientCredentials,
  deviceCode,
  password,
  authingToken,
];

/** What `grant_type` may say. @see RFC 6749 §4.5 */
export const grantNames: readonly string[] = namesOf(grants);
