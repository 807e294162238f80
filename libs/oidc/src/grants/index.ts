import type { Registry } from '@portico/endpoint';
import { authorizationCode } from './authorization-code.js';
import { clientCredentials } from './client-credentials.js';
import type { Grant } from './grant.js';
import { refreshToken } from './refresh-token.js';

/** Every grant. */
export const grants: Registry<Grant> = [authorizationCode, refreshToken, clientCredentials];
