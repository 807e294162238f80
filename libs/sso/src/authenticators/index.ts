import type { Registry } from '@portico/endpoint';
import type { Authenticator } from './authenticator.js';
import { passwordAuthenticator, type PasswordNeeds } from './password.js';

/** Every way to sign in. */
export const authenticators = (needs: PasswordNeeds): Registry<Authenticator> => [passwordAuthenticator(needs)];
