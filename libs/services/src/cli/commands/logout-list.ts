import type { LogoutReport } from '@portico/oidc';
import type { Command } from '../command.js';
import { table } from '../table.js';

const most = 1_000;

const dateOf = (at: number): string => new Date(at * 1000).toISOString();

const lastOf = ({ status, error }: LogoutReport): string => error ?? (status === undefined ? '' : `answered ${status}`);

const whenOf = ({ state, deliveredAt, dueAt, lastAttemptAt, since }: LogoutReport): string =>
  state === 'pending' ? `next ${dateOf(dueAt ?? since)}` : dateOf(deliveredAt ?? lastAttemptAt ?? since);

/** Under wire names, and the times in seconds. */
const entryOf = (report: LogoutReport) => ({
  sid: report.sid,
  client_id: report.clientId,
  state: report.state,
  attempts: report.attempts,
  last_status: report.status,
  last_error: report.error,
  since: report.since,
  last_attempt_at: report.lastAttemptAt,
  next_attempt_at: report.dueAt,
  delivered_at: report.deliveredAt,
});

export const logoutList: Command = {
  name: 'logout list',
  summary: `Show which applications were told of which logouts, the newest first, ${most} at most.`,
  options: {
    failed: { type: 'boolean', means: 'those alone that were given up' },
    client: { type: 'string', value: 'CLIENT_ID', means: 'those to this client' },
    sid: { type: 'string', value: 'SID', means: 'those of this session' },
  },
  run: async (args, needs) => {
    const [clientId, sid] = [args.text('client'), args.text('sid')];
    const { logoutDeliveries } = await needs.stores();
    const filter = { ...(clientId && { clientId }), ...(sid && { sid }) };
    const reports = await logoutDeliveries.list({ ...filter, ...(args.flag('failed') && { state: 'failed' }) }, most);
    const rows = reports.map((report) => [
      report.sid,
      report.clientId,
      report.state,
      String(report.attempts),
      whenOf(report),
      lastOf(report),
    ]);
    const headings = ['SID', 'CLIENT_ID', 'STATE', 'ATTEMPTS', 'WHEN', 'LAST'];
    return { text: table(headings, rows), json: reports.map(entryOf) };
  },
};
