import { clientMetadataSchema, logoutTokenSeconds, type Client, type ClientStore } from '@portico/oidc';
import type { Database } from '../data-source.js';
import type { ClientEntity } from '../entities/client.entity.js';
import { first } from '../statement.js';

const byId = { name: 'clients.find', text: 'SELECT id, metadata, secrets FROM clients WHERE id = $1' };

const ofOrigin = {
  name: 'clients.of-origin',
  text: 'SELECT id, metadata, secrets FROM clients WHERE origins @> ARRAY[$1] ORDER BY id',
};

const longestTokenSeconds = {
  name: 'clients.longest-token-seconds',
  text: `SELECT coalesce(max(greatest(
      coalesce((metadata ->> 'id_token_lifetime')::integer, $1), coalesce((metadata ->> 'access_token_lifetime')::integer, $2),
      CASE WHEN metadata ? 'backchannel_logout_uri' THEN $3::integer END)), 0) AS seconds
    FROM clients`,
};

export const clientStore = ({ run }: Database): ClientStore => ({
  find: async (clientId) => {
    const row = await first<ClientEntity>(run, byId, [clientId]);
    return row && clientOf(row);
  },
  ofOrigin: async (origin) =>
    origin.includes('\0') ? [] : (await run<ClientEntity>(ofOrigin, [origin])).map(clientOf),
  longestTokenSeconds: async () => {
    const { id_token_lifetime: id, access_token_lifetime: access } = standard;
    return (await first<{ seconds: number }>(run, longestTokenSeconds, [id, access, logoutTokenSeconds]))?.seconds ?? 0;
  },
});

const standard = clientMetadataSchema.parse({});

/** A client that was saved before a setting existed has that setting's standard value. */
export const clientOf = ({ id, metadata, secrets }: Pick<ClientEntity, 'id' | 'metadata' | 'secrets'>): Client => ({
  id,
  secrets,
  metadata: { ...standard, ...metadata },
});
