import type { ClientAuthentication } from './client-authentication.js';

/**
 * A public client only says who it is: in the body, or, where the body names nobody, in the header that the published
 * browser SDKs send instead. The header is no credential and serves public clients alone.
 * @see RFC 6749 §2.1, §3.2.1
 */
export const none: ClientAuthentication = {
  name: 'none',
  present: ({ headers }, { client_id: inBody, client_secret: secret }) => {
    const clientId = inBody ?? headers['x-authing-app-id'];
    return clientId !== undefined && secret === undefined ? { clientId, secrets: [] } : undefined;
  },
  prove: (_credentials, { client }) => Promise.resolve(client),
};
