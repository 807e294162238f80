import type { EpochSeconds } from '@portico/endpoint';
import type { Database } from './data-source.js';
import { present } from './epoch.js';

/** No more are counted: whoever has so many waiting need not know how many exactly. */
export const countedAtMost = 10_000;

const counted = (table: string, where: string): string =>
  `(SELECT count(*)::integer FROM (SELECT FROM ${table} WHERE ${where} LIMIT ${countedAtMost}) counted)`;

const outboxBacklogStatement = {
  name: 'backlog.outbox',
  text: `SELECT ${counted('outbox', 'published_at IS NULL')} AS waiting,
      (SELECT (data->>'at')::double precision FROM outbox WHERE published_at IS NULL ORDER BY position LIMIT 1) AS "oldestAt"`,
};
const logoutBacklogStatement = {
  name: 'backlog.logouts',
  text: `SELECT ${counted('logout_deliveries', `state = 'pending'`)} AS pending,
      ${counted('logout_deliveries', `state = 'failed'`)} AS failed`,
};

/** What waits to be published, and since when the oldest of it is true. */
export interface OutboxBacklog {
  readonly waiting: number;
  readonly oldestAt?: EpochSeconds;
}

/** Clients that are not told of a logout: still tried, or given up. */
export interface LogoutBacklog {
  readonly pending: number;
  readonly failed: number;
}

/** Found by the index of what waits, however much was published. */
export const outboxBacklog = async ({ run }: Pick<Database, 'run'>): Promise<OutboxBacklog> => {
  const [row] = await run<OutboxBacklog>(outboxBacklogStatement, []);
  return row ? present(row) : { waiting: 0 };
};

/** Found by the indexes of both states. */
export const logoutBacklog = async ({ run }: Pick<Database, 'run'>): Promise<LogoutBacklog> => {
  const [row] = await run<LogoutBacklog>(logoutBacklogStatement, []);
  return row ?? { pending: 0, failed: 0 };
};
