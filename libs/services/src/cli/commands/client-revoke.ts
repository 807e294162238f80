import { revokeClient } from '@portico/admin';
import type { Command } from '../command.js';

export const clientRevoke: Command = {
  name: 'client revoke',
  operand: 'CLIENT_ID',
  summary: 'End every token that was issued to a client until now; the client stays registered.',
  options: {},
  run: async (args, needs) => {
    const clientId = args.operand;
    await revokeClient(clientId, { ...needs, registrations: await needs.registrations() });
    return { text: `The tokens of ${clientId} have ended.`, json: { client_id: clientId } };
  },
};
