import { listAccessKeys } from '@portico/admin';
import type { Command } from '../command.js';
import { table } from '../table.js';

const dateOf = (at: number): string => new Date(at * 1000).toISOString();

export const accessKeyList: Command = {
  name: 'access-key list',
  summary: 'Show the access keys of every client, or of one.',
  options: { client: { type: 'string', value: 'CLIENT_ID', means: 'those of this client' } },
  run: async (args, needs) => {
    const keys = await listAccessKeys(args.text('client'), { registrations: await needs.registrations() });
    const rows = keys.map((key) => [
      key.access_key,
      key.client_id,
      dateOf(key.created_at),
      key.disabled_at === undefined ? 'enabled' : `disabled ${dateOf(key.disabled_at)}`,
    ]);
    return { text: table(['ACCESS_KEY', 'CLIENT_ID', 'CREATED', 'STATE'], rows), json: keys };
  },
};
