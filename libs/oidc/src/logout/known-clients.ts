import type { Client } from '../client.js';
import type { ClientStore } from '../ports.js';

/** Those of these clients that are registered still, in the same order. @see OpenID Connect RP-Initiated Logout 1.0 §2 */
export const knownClients = async (ids: readonly string[], clients: ClientStore): Promise<Client[]> =>
  (await Promise.all(ids.map((id) => clients.find(id)))).filter((client) => client !== undefined);
