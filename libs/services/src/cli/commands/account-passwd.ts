import { setPassword } from '@portico/admin';
import type { Command } from '../command.js';
import { readPassword } from '../password.js';

export const accountPasswd: Command = {
  name: 'account passwd',
  operand: 'USERNAME',
  summary: 'Give a person another password.',
  options: {
    'password-stdin': { type: 'boolean', means: 'read the password from standard input instead of asking for it' },
  },
  run: async (args, needs) => {
    const username = args.operand;
    const password = await readPassword(args.flag('password-stdin'), needs.io);
    const ended = await setPassword({ username, password }, { ...needs, registrations: await needs.registrations() });
    const sessions = ended.length === 0 ? '' : ` Sessions that were ended: ${ended.length}.`;
    return { text: `${username} has another password now.${sessions}`, json: { username, ended } };
  },
};
