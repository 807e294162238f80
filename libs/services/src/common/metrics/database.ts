import type { Database } from '@portico/postgres';
import type { Metrics } from './metrics.js';

/** How many connections there are, and who waits for one. */
export const measureDatabase = (metrics: Metrics, { pool, options }: Pick<Database, 'pool' | 'options'>): void => {
  metrics.readOne('portico_database_connections_max', () => options.poolSize);
  metrics.readOne('portico_database_waiting', () => pool.waitingCount);
  metrics.read('portico_database_connections', () => [
    { labels: { state: 'idle' }, value: pool.idleCount },
    { labels: { state: 'busy' }, value: pool.totalCount - pool.idleCount },
  ]);
};
