import type { ClientOnPage } from '@portico/endpoint';
import type { ClientsOnPages } from '@portico/sso';
import type { Client } from './client.js';
import type { ClientStore } from './ports.js';

/** What the pages say of a client. @see RFC 7591 §2 */
export const onPage = ({ id, metadata }: Client): ClientOnPage => ({
  name: metadata.client_name ?? id,
  ...(metadata.logo_uri === undefined ? {} : { logoUri: metadata.logo_uri }),
  ...(metadata.client_uri === undefined ? {} : { clientUri: metadata.client_uri }),
  ...(metadata.policy_uri === undefined ? {} : { policyUri: metadata.policy_uri }),
  ...(metadata.tos_uri === undefined ? {} : { tosUri: metadata.tos_uri }),
});

/** The clients of this protocol, for pages that know none. @see RFC 7591 §2 */
export const clientsOnPages = (clients: Pick<ClientStore, 'find'>): ClientsOnPages => ({
  find: async (clientId) => {
    const client = await clients.find(clientId);
    return client && onPage(client);
  },
});
