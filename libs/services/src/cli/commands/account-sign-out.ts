import { signOutAccount } from '@portico/admin';
import type { Command } from '../command.js';

const sessions = (count: number): string => (count === 1 ? '1 session has' : `${count} sessions have`);

export const accountSignOut: Command = {
  name: 'account sign-out',
  operand: 'USERNAME',
  summary: 'Sign a person out everywhere: every session, and every token that was issued for them until now.',
  options: {},
  run: async (args, needs) => {
    const username = args.operand;
    const sids = await signOutAccount(username, { ...needs, registrations: await needs.registrations() });
    return { text: `${username} is signed out: ${sessions(sids.length)} ended.`, json: { username, sids } };
  },
};
