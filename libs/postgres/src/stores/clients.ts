import { clientMetadataSchema, type Client, type ClientStore } from '@portico/oidc';
import type { Database } from '../data-source.js';
import type { ClientEntity } from '../entities/client.entity.js';
import { first } from '../statement.js';

const byId = { name: 'clients.find', text: 'SELECT id, metadata, secrets FROM clients WHERE id = $1' };

const ofOrigin = {
  name: 'clients.of-origin',
  text: 'SELECT id, metadata, secrets FROM clients WHERE origins @> ARRAY[$1] ORDER BY id',
};

export const clientStore = ({ run }: Database): ClientStore => ({
  find: async (clientId) => {
    const row = await first<ClientEntity>(run, byId, [clientId]);
    return row && clientOf(row);
  },
  ofOrigin: async (origin) =>
    origin.includes('\0') ? [] : (await run<ClientEntity>(ofOrigin, [origin])).map(clientOf),
});

const standard = clientMetadataSchema.parse({});

/** A client that was saved before a setting existed has that setting's standard value. */
export const clientOf = ({ id, metadata, secrets }: Pick<ClientEntity, 'id' | 'metadata' | 'secrets'>): Client => ({
  id,
  secrets,
  metadata: { ...standard, ...metadata },
});
