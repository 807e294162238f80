import type { Bus, Queue } from '@portico/contracts';
import { systemClock } from '@portico/endpoint';
import { outbox, type Database } from '@portico/postgres';
import type { Boot } from '../common/boot.js';
import type { Log } from '../common/logging.js';
import { processors } from './processors.js';
import { startRelay } from './relay.js';
import { scheduleTasks } from './tasks.js';

interface WorkNeeds {
  readonly database: Database;
  readonly bus: Bus;
  readonly queue: Queue;
}

/** Does what no request waits for: tells the events, works on the queue. */
export const startWork = async (
  { database, bus, queue }: WorkNeeds,
  { log, atEnd }: Pick<Boot, 'log' | 'atEnd'>,
): Promise<void> => {
  atEnd(() => queue.close());
  await queue.work(processors({ database, clock: systemClock }));
  await scheduleTasks(queue);
  atEnd(await startRelay({ outbox: outbox(database), bus, log }));
};

/** Takes note of what goes wrong in the queue behind the scenes; it is tried again. */
export const complainTo =
  (log: Log) =>
  (error: unknown, job?: string): void =>
    log.warn({ err: error, job }, 'the queue complains');
