import type { ClientAuthentication } from './client-authentication.js';
import { proveBySecret } from './client-secret.js';

/** Id and secret in the body. @see RFC 6749 §2.3.1 */
export const clientSecretPost: ClientAuthentication = {
  name: 'client_secret_post',
  present: (_request, { client_id: clientId, client_secret: secret }) =>
    clientId !== undefined && secret !== undefined ? { clientId, secrets: [secret] } : undefined,
  prove: proveBySecret,
};
