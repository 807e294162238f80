import { createAccessKey } from '@portico/admin';
import type { Command } from '../command.js';

export const accessKeyCreate: Command = {
  name: 'access-key create',
  operand: 'CLIENT_ID',
  summary: 'Give a client one more access key for client_credentials; its secret is shown once.',
  options: {},
  run: async (args, needs) => {
    const registrations = await needs.registrations();
    const { clientId, accessKey, secret } = await createAccessKey(args.operand, { ...needs, registrations });
    return {
      text: `access_key  ${accessKey}\nsecret      ${secret}\nKeep the secret: it is not shown again.`,
      json: { client_id: clientId, access_key: accessKey, secret },
    };
  },
};
