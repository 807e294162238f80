import type { JobName, Processor, Queue } from '@portico/contracts';
import { rotateKeys } from '@portico/jwt';
import { keepPartitions, sweep, type Kept } from '@portico/postgres';
import type { Adapters } from '../common/adapters.js';
import { rotationPolicy } from '../common/rotation.js';
import { logoutProcessors } from './logout-processors.js';

type Processors = { readonly [Name in JobName]: Processor<Name> } & {
  /** Lets go of what they hold. */
  close(): void;
};

const batch = 1_000;
/** What is left after so many batches waits for the next sweep. */
const batches = 1_000;

interface ProcessorsGiven {
  readonly queue: Pick<Queue, 'addAll'>;
  /** Takes note of what was done to the parts of tables. */
  readonly kept: (kept: Kept) => void;
}

/** What is done for each job of the queue. */
export const processors = (adapters: Adapters, { queue, kept }: ProcessorsGiven): Processors => ({
  ...logoutProcessors(adapters, queue),
  rotateKeys: async () => rotateKeys(await rotationPolicy(adapters.database), adapters.rotation),
  sweep: async () => {
    const { database, clock } = adapters;
    for (let done = 0; done < batches; done += 1) if ((await sweep(database, clock(), batch)) === 0) return;
  },
  partitions: async () => {
    const { database, clock, log, settings } = adapters;
    const { audit_retention_days: auditRetentionDays } = settings.current();
    const done = await keepPartitions(database, clock(), { auditRetentionDays });
    const { created, dropped, rescued, left } = done;
    kept(done);
    if (created + dropped > 0) log.info({ created, dropped }, 'parts of tables were created or dropped');
    if (left > 0) log.info({ left }, 'tables are held by somebody else: their parts are left to the next time');
    if (rescued > 0) log.warn({ rescued }, 'rows had no part of their own: was there no worker for days?');
  },
});
