import { listSessions, type ListedSession } from '@portico/admin';
import { UsageError, type Command } from '../command.js';
import { table } from '../table.js';

const dateOf = (at: number): string => new Date(at * 1000).toISOString();

const rowOf = ({ sid, browser, system, ip, started_at, last_used_at, client_ids }: ListedSession): string[] => [
  sid,
  [browser, system].filter(Boolean).join(' on ') || 'unknown',
  ip ?? '',
  dateOf(started_at),
  dateOf(last_used_at),
  client_ids.join(' '),
];

export const sessionList: Command = {
  name: 'session list',
  summary: 'Show where a person is signed in, and at which applications.',
  options: {
    account: {
      type: 'string',
      value: 'NAME',
      means: 'user name, e-mail address, phone number or subject of the person',
    },
  },
  run: async (args, needs) => {
    const account = args.text('account');
    if (account === undefined) throw new UsageError('--account is missing');
    const sessions = await listSessions(account, { ...needs, ...(await needs.stores()) });
    const headings = ['SID', 'BROWSER', 'ADDRESS', 'SIGNED IN', 'LAST USED', 'CLIENTS'];
    return { text: table(headings, sessions.map(rowOf)), json: sessions };
  },
};
