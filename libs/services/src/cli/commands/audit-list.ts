import { auditEventName, auditPages, listAuditEvents, type ListedAuditEvent } from '@portico/admin';
import type { Args, Command, Option } from '../command.js';
import { table } from '../table.js';

const option = (value: string, means: string): Option => ({ type: 'string', value, means });

const options = {
  subject: option('SUBJECT', 'what happened to this person'),
  client: option('CLIENT_ID', 'what happened to this client, or was given to it'),
  event: option('EVENT', `one of ${auditEventName.options.join(', ')}`),
  since: option(
    'TIME',
    'a date, a time such as 2027-01-31T12:00:00Z, or 90m, 12h, 30d ago; else seven days before --until',
  ),
  until: option('TIME', 'what happened before that; else now'),
  limit: option('COUNT', `how many: ${auditPages.standard}, or up to ${auditPages.most}`),
  after: option('NEXT', 'go on where the page before ended: it tells its next'),
};

const given = (args: Args): Record<string, string> =>
  Object.fromEntries(
    Object.keys(options).flatMap((name) => {
      const text = args.text(name);
      return text === undefined ? [] : [[name, text]];
    }),
  );

const dateOf = (at: number): string => new Date(at * 1000).toISOString();

/** A browser may call itself anything: what a terminal would obey is not shown. */
const plain = (text: string): string => text.replace(/\p{C}/gu, '\ufffd');

const rowOf = ({ at, event, subject = '', client_id: client = '', ip = '', detail = {} }: ListedAuditEvent): string[] =>
  [dateOf(at), event, subject, client, ip, JSON.stringify(detail)].map(plain);

export const auditList: Command = {
  name: 'audit list',
  summary: 'Show the security events, the newest first: sign-ins, consents, tokens by client, revocations, changes.',
  options,
  run: async (args, needs) => {
    const { auditLog } = await needs.stores();
    const page = await listAuditEvents(given(args), { auditLog, clock: needs.clock });
    const text = table(['AT', 'EVENT', 'SUBJECT', 'CLIENT_ID', 'ADDRESS', 'DETAIL'], page.events.map(rowOf));
    return { text: page.next === undefined ? text : `${text}\nMore: --after ${page.next}`, json: page };
  },
};
