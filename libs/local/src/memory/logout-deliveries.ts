import type { LogoutDeliveries } from '@portico/admin';
import { randomUUID } from 'node:crypto';
import type { EpochSeconds } from '@portico/endpoint';
import type {
  LogoutDelivery,
  LogoutDeliveryStore,
  LogoutFilter,
  LogoutOutcome,
  LogoutReport,
  LogoutTarget,
} from '@portico/oidc';
import { asPort, insert, type Tables } from './tables.js';

/** A delivery as the table has it. */
export interface LogoutDeliveryRow extends LogoutDelivery, Omit<LogoutReport, 'dueAt'> {
  readonly dueAt: EpochSeconds;
  readonly handedAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
}

const daySeconds = 86_400;
const kept = { pending: 9 * daySeconds, failed: 7 * daySeconds, delivered: daySeconds };
const holdSeconds = 15;
const patienceSeconds = 60;

const keyOf = ({ sid, clientId }: LogoutTarget): string => `${sid}\0${clientId}`;
const targetOf = ({ sid, clientId }: LogoutTarget): LogoutTarget => ({ sid, clientId });

/** For the participants of a session that want to be told. */
export const beginLogoutDeliveries = (tables: Tables, sid: string, at: EpochSeconds): void => {
  const subject = tables.sessions.get(sid)?.session.subject ?? '';
  for (const clientId of tables.participants.get(sid)?.keys() ?? []) {
    if (tables.clients.get(clientId)?.metadata.backchannel_logout_uri === undefined) continue;
    const times = { since: at, dueAt: at, handedAt: at, expiresAt: at + kept.pending };
    const row = { id: randomUUID(), sid, clientId, subject, state: 'pending' as const, attempts: 0, ...times };
    insert(tables.logoutDeliveries, keyOf(row), row);
  }
};

const isOf = (row: LogoutDeliveryRow, { state, clientId, sid }: LogoutFilter): boolean =>
  (state ?? row.state) === row.state && (clientId ?? row.clientId) === row.clientId && (sid ?? row.sid) === row.sid;

const settled = (
  row: LogoutDeliveryRow,
  { state, at, status, error, ...outcome }: LogoutOutcome,
): LogoutDeliveryRow => {
  const { status: _status, error: _error, deliveredAt: _deliveredAt, ...before } = row;
  const answer = { ...(status === undefined ? {} : { status }), ...(error === undefined ? {} : { error }) };
  if (state === 'delivered') return { ...before, ...answer, state, deliveredAt: at, expiresAt: at + kept.delivered };
  if (state === 'failed') return { ...before, ...answer, state, expiresAt: at + kept.failed };
  const dueAt = 'dueAt' in outcome ? outcome.dueAt : row.dueAt;
  return { ...before, ...answer, state, dueAt, handedAt: dueAt };
};

export const logoutDeliveryStore = ({ logoutDeliveries: rows }: Tables): LogoutDeliveryStore =>
  asPort<LogoutDeliveryStore>({
    pendingOf: (sids) =>
      [...rows.values()].filter(({ sid, state }) => sids.includes(sid) && state === 'pending').map(targetOf),
    overdue: (at, limit) => {
      const late = [...rows.values()]
        .filter(({ state, handedAt }) => state === 'pending' && handedAt < at - patienceSeconds)
        .sort((one, other) => one.handedAt - other.handedAt)
        .slice(0, limit);
      for (const row of late) rows.set(keyOf(row), { ...row, handedAt: at });
      return late.map(targetOf);
    },
    take: (target, at) => {
      const row = rows.get(keyOf(target));
      if (row?.state !== 'pending' || row.dueAt > at) return undefined;
      const heldUntil = at + holdSeconds;
      const taken = { ...row, attempts: row.attempts + 1, lastAttemptAt: at, dueAt: heldUntil, handedAt: heldUntil };
      rows.set(keyOf(row), taken);
      const { id, sid, clientId, subject, attempts, since } = taken;
      return { id, sid, clientId, subject, attempts, since };
    },
    settle: (outcome) => {
      const row = [...rows.values()].find(({ id }) => id === outcome.id);
      if (!row || row.state === 'delivered' || (row.state === 'failed' && outcome.state !== 'delivered')) return false;
      rows.set(keyOf(row), settled(row, outcome));
      return true;
    },
    forget: (at, limit) => {
      const old = [...rows.values()].filter(({ expiresAt }) => expiresAt < at).slice(0, limit);
      for (const row of old) rows.delete(keyOf(row));
      return old.length;
    },
  });

const reportOf = (row: LogoutDeliveryRow): LogoutReport => {
  const { id: _id, subject: _subject, handedAt: _handedAt, expiresAt: _expiresAt, dueAt, ...report } = row;
  return row.state === 'pending' ? { ...report, dueAt } : report;
};

export const logoutDeliveries = ({ logoutDeliveries: rows }: Tables): LogoutDeliveries =>
  asPort<LogoutDeliveries>({
    list: (filter, limit) =>
      [...rows.values()]
        .filter((row) => isOf(row, filter))
        .sort((one, other) => other.since - one.since || (keyOf(one) < keyOf(other) ? -1 : 1))
        .slice(0, limit)
        .map(reportOf),
    retry: (filter, at) => {
      const failed = [...rows.values()].filter((row) => isOf(row, { ...filter, state: 'failed' }));
      const times = { since: at, dueAt: at, handedAt: at - patienceSeconds - 1, expiresAt: at + kept.pending };
      for (const row of failed) rows.set(keyOf(row), { ...row, state: 'pending', attempts: 0, ...times });
      return failed.length;
    },
  });
