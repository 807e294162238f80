import { setAccessKeyDisabled } from '@portico/admin';
import type { Command } from '../command.js';

export const accessKeyEnable: Command = {
  name: 'access-key enable',
  operand: 'ACCESS_KEY',
  summary: 'Enable an access key that was disabled.',
  options: {},
  run: async ({ operand: accessKey }, needs) => {
    await setAccessKeyDisabled(
      { accessKey, disabled: false },
      { ...needs, registrations: await needs.registrations() },
    );
    return { text: `${accessKey} is enabled now.`, json: { access_key: accessKey, disabled: false } };
  },
};
