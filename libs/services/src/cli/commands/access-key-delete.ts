import { deleteAccessKey } from '@portico/admin';
import type { Command } from '../command.js';

export const accessKeyDelete: Command = {
  name: 'access-key delete',
  operand: 'ACCESS_KEY',
  summary: 'Delete an access key for good.',
  options: {},
  run: async ({ operand: accessKey }, needs) => {
    await deleteAccessKey(accessKey, { registrations: await needs.registrations() });
    return { text: `${accessKey} is deleted.`, json: { access_key: accessKey } };
  },
};
