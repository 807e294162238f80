import type { LogoutDeliveries } from '@portico/admin';
import type { LogoutDelivery, LogoutDeliveryStore, LogoutReport, LogoutTarget } from '@portico/oidc';
import type { Database } from '../data-source.js';
import { present } from '../epoch.js';
import { changed, first } from '../statement.js';
import { forget, list, overdue, pendingOf, retry, settle, take } from './logout-deliveries.statements.js';

interface Count {
  readonly count: number;
}

export const logoutDeliveryStore = ({ run }: Database): LogoutDeliveryStore => ({
  pendingOf: (sids) => run<LogoutTarget>(pendingOf, [sids.filter((sid) => !sid.includes('\0'))]),
  overdue: (at, limit) => run<LogoutTarget>(overdue, [at, limit]),
  take: ({ sid, clientId }, at) => first<LogoutDelivery>(run, take, [sid, clientId, at]),
  settle: ({ id, at, status, error, ...outcome }) => {
    const dueAt = outcome.state === 'pending' ? outcome.dueAt : null;
    return changed(run, settle, [id, outcome.state, status ?? null, error ?? null, at, dueAt]);
  },
  forget: async (at, limit) => (await first<Count>(run, forget, [at, limit]))?.count ?? 0,
});

export const logoutDeliveries = ({ run }: Database): LogoutDeliveries => ({
  list: async ({ state, clientId, sid }, limit) => {
    const rows = await run<LogoutReport>(list, [state ?? null, clientId ?? null, sid ?? null, limit]);
    return rows.map((row): LogoutReport => present(row));
  },
  retry: async ({ clientId, sid }, at) =>
    (await first<Count>(run, retry, [at, clientId ?? null, sid ?? null]))?.count ?? 0,
});
