import { jobs, Unavailable, within, type JobName, type Queue } from '@portico/contracts';
import { Queue as BullQueue, type DefaultJobOptions, type IQueueBackend } from 'bullmq';
import { setTimeout as pause } from 'node:timers/promises';
import { hostOf, type Host } from './host.js';
import { closed, queueName, startWorker, type Complain, type RunningWorker } from './worker.js';

interface QueueOptions {
  /** `redis://`, `rediss://` or `postgres://` */
  readonly url: string;
  /** Keeps installations apart that share a store. */
  readonly prefix?: string;
  readonly complain?: Complain;
  /** How long to go on trying to reach a store that is not up yet. */
  readonly deadlineMs?: number;
  /** How long running jobs may take to end when the queue closes. */
  readonly drainMs?: number;
}

type Store = BullQueue<unknown, void, string, unknown, void, string, IQueueBackend>;

const answerMs = 5_000;
const retryMs = 250;
const closeMs = 1_000;
const daySeconds = 86_400;

/** Eight attempts over about two minutes; what is done is kept for an hour, what failed for a week, a thousand of each. */
const jobOptions: DefaultJobOptions = {
  attempts: 8,
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.25 },
  removeOnComplete: { age: daySeconds / 24, count: 1_000 },
  removeOnFail: { age: 7 * daySeconds, count: 1_000 },
  stackTraceLimit: 0,
};

/**
 * Opens the queue of this installation on Redis or on PostgreSQL; the same jobs run on both.
 * @throws Unavailable the store cannot be reached before the deadline
 */
export const openQueue = async (options: QueueOptions): Promise<Queue> => {
  const { url, prefix = 'portico_queue', complain = () => undefined, deadlineMs = 30_000, drainMs = 10_000 } = options;
  const host = hostOf(url, prefix);
  const store = await openStore(host, complain, Date.now() + deadlineMs);
  let worker: Promise<RunningWorker> | undefined;
  return {
    add: async (name, data) => {
      await within(answerMs, 'queue', store.add(name, parseData(name, data)));
    },
    every: async (name, seconds, data) => {
      const template = { name, data: parseData(name, data), opts: jobOptions };
      await within(answerMs, 'queue', store.upsertJobScheduler(name, { every: seconds * 1_000 }, template));
    },
    work: async (processors) => {
      await (worker ??= startWorker(host, processors, complain));
    },
    close: async () => {
      await worker?.then(
        (running) => running.close(drainMs),
        () => undefined,
      );
      await closed(store, closeMs);
    },
  };
};

const parseData = (name: JobName, data: unknown): Record<string, unknown> => jobs[name].data.parse(data);

/** On PostgreSQL the first failure is final for an opened queue, so each attempt opens a new one. */
const openStore = async (host: Host, complain: Complain, giveUpAt: number): Promise<Store> => {
  for (;;) {
    const store: Store = new BullQueue(queueName, { ...host.options, defaultJobOptions: jobOptions }, host.backend);
    store.on('error', complain);
    try {
      await within(giveUpAt - Date.now(), 'queue', store.waitUntilReady());
      return store;
    } catch (cause) {
      await closed(store, closeMs);
      if (Date.now() + retryMs > giveUpAt) throw new Unavailable('the queue cannot be reached', { cause });
      await pause(retryMs);
    }
  }
};
