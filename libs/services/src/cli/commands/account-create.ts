import { createAccount } from '@portico/admin';
import type { Args, Command } from '../command.js';
import { readPassword } from '../password.js';

const settingsOf = (args: Args): Record<string, unknown> => {
  const settings = {
    username: args.operand,
    email: args.text('email'),
    phone_number: args.text('phone-number'),
    name: args.text('name'),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
};

export const accountCreate: Command = {
  name: 'account create',
  operand: 'USERNAME',
  summary: 'Register a person who can sign in. Other claims: portico apply.',
  options: {
    email: { type: 'string', value: 'ADDRESS', means: 'e-mail address, also to sign in with' },
    'phone-number': { type: 'string', value: 'NUMBER', means: 'such as +8613800000000, also to sign in with' },
    name: { type: 'string', value: 'NAME', means: 'full name' },
    'password-stdin': { type: 'boolean', means: 'read the password from standard input instead of asking for it' },
  },
  run: async (args, needs) => {
    const settings = settingsOf(args);
    const password = await readPassword(args.flag('password-stdin'), needs.io);
    const registrations = await needs.registrations();
    const { username, subject } = await createAccount({ ...settings, password }, { ...needs, registrations });
    return { text: `username  ${username}\nsubject   ${subject}`, json: { username, subject } };
  },
};
