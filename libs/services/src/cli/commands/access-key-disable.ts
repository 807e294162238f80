import { setAccessKeyDisabled } from '@portico/admin';
import type { Command } from '../command.js';

export const accessKeyDisable: Command = {
  name: 'access-key disable',
  operand: 'ACCESS_KEY',
  summary: 'Let an access key open nothing until it is enabled again; its tokens stay until they expire.',
  options: {},
  run: async ({ operand: accessKey }, needs) => {
    await setAccessKeyDisabled({ accessKey, disabled: true }, { ...needs, registrations: await needs.registrations() });
    return { text: `${accessKey} is disabled now.`, json: { access_key: accessKey, disabled: true } };
  },
};
