import type { AuditEvent, AuditFilter, AuditPage, AuditSubject } from '@portico/admin';
import type { OpenStores } from './stores.js';

/** What the audit log tells, as the suites ask. */
export const auditOf = (stores: () => OpenStores) => {
  const time = () => Date.now() / 1000;
  const list = (filter: Partial<AuditFilter>): Promise<AuditPage> =>
    stores().auditLog.list({ since: time() - 3600, until: time() + 60, ...filter }, { limit: 100 });
  const told = async (filter: Partial<AuditFilter>): Promise<readonly AuditEvent[]> => (await list(filter)).events;
  /** The newest first, without what the store adds by itself. */
  const about = async (filter: Partial<AuditFilter>): Promise<AuditSubject[]> =>
    (await told(filter)).map(
      ({ id: _, at: __, process: ___, ip: ____, userAgent: _____, requestId: ______, ...rest }) => rest,
    );
  return { time, list, told, about };
};

/** One after the other: the second time there is nothing left to do. */
export const twice = async (act: () => Promise<unknown>): Promise<void> => {
  await act();
  await act();
};
