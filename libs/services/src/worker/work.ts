import type { Bus, Queue } from '@portico/contracts';
import { outbox } from '@portico/postgres';
import type { Adapters } from '../common/adapters.js';
import type { Boot } from '../common/boot.js';
import type { Log } from '../common/logging.js';
import { followLogouts } from './logouts.js';
import { countingJobs, countingLogouts, countPartitions, measureBacklogs, measureQueue } from './metrics.js';
import { processors } from './processors.js';
import { startRelay } from './relay.js';
import { scheduleTasks } from './tasks.js';

interface WorkNeeds {
  readonly adapters: Adapters;
  readonly bus: Bus;
  /** Where jobs are kept may be away for long; meanwhile what became true is told. */
  readonly openQueue: () => Promise<Queue>;
}

/** Does what no request waits for: tells the events, works on the queue. */
export const startWork = async (
  { adapters, bus, openQueue }: WorkNeeds,
  { log, metrics, atEnd }: Pick<Boot, 'log' | 'metrics' | 'atEnd'>,
): Promise<void> => {
  measureBacklogs(metrics, adapters.database);
  atEnd(await startRelay({ outbox: outbox(adapters.database), bus, log }));
  const queue = await openQueue();
  measureQueue(metrics, queue);
  const all = processors(countingLogouts(metrics, adapters), { queue, kept: countPartitions(metrics) });
  atEnd(() => {
    all.close();
    return Promise.resolve();
  });
  atEnd(() => queue.close());
  await queue.work(countingJobs(metrics, all));
  await scheduleTasks(queue, adapters.settings);
  atEnd(followLogouts({ bus, deliveries: adapters.stores.deliveries, queue }));
};

/** Takes note of what goes wrong in the queue behind the scenes; it is tried again. */
export const complainTo =
  (log: Log) =>
  (error: unknown, job?: string): void =>
    log.warn({ err: error, job }, 'the queue complains');
