import { listClients } from '@portico/admin';
import type { Command } from '../command.js';
import { table } from '../table.js';

export const clientList: Command = {
  name: 'client list',
  summary: 'Show every client.',
  options: {},
  run: async (_, needs) => {
    const clients = await listClients({ registrations: await needs.registrations() });
    const rows = clients.map((client) => [
      client.client_id,
      client.client_name ?? '',
      client.token_endpoint_auth_method,
      client.grant_types.join(' '),
    ]);
    return { text: table(['CLIENT_ID', 'NAME', 'AUTHENTICATION', 'GRANTS'], rows), json: clients };
  },
};
