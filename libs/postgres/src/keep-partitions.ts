import type { EpochSeconds } from '@portico/endpoint';
import { keepAuditParts } from './audit-partitions.js';
import type { Database } from './data-source.js';
import { added, keepTables, type Kept } from './partitions.js';

/**
 * Keeps the parts of all tables that have some. Of the audit log none is dropped where nobody says for how many days it
 * is kept. A table that somebody holds is left to the next time.
 * @throws Unavailable
 */
export const keepPartitions = async (
  database: Database,
  at: EpochSeconds,
  { auditRetentionDays }: { readonly auditRetentionDays?: number } = {},
): Promise<Kept> => {
  const tables = await keepTables(database, at);
  const audit = await keepAuditParts(database, at, auditRetentionDays);
  return added(tables, audit);
};
