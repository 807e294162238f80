import {
  jobs,
  Unavailable,
  within,
  type Depth,
  type JobName,
  type Lane,
  type NewJob,
  type Queue,
} from '@portico/contracts';
import { Queue as BullQueue, type DefaultJobOptions, type IQueueBackend } from 'bullmq';
import { setTimeout as pause } from 'node:timers/promises';
import { hostOf, type Host } from './host.js';
import { laneNames, laneOf, lanes } from './lanes.js';
import { repeated } from './repeated.js';
import { closed, startWorker, type Complain, type Processors, type RunningWorker } from './worker.js';

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
  /** How soon, at the latest, the store is told again what is repeated. */
  readonly everyMs?: number;
}

type Store = BullQueue<unknown, void, string, unknown, void, string, IQueueBackend>;

const answerMs = 5_000;
const retryMs = 250;
const closeMs = 1_000;
const daySeconds = 86_400;
const repeatedEveryMs = 60_000;

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
  const stores = await openStores(host, complain, Date.now() + deadlineMs);
  const storeOf = (name: JobName): Store => stores[laneOf(name)];
  const repeating = repeated({ everyMs: options.everyMs ?? repeatedEveryMs, complain });
  for (const store of Object.values(stores)) store.getBackend().on('ready', () => repeating.again());
  let working: Promise<RunningWorker[]> | undefined;
  return {
    add: async (name, data) => {
      await within(answerMs, 'queue', storeOf(name).add(name, parseData(name, data)));
    },
    addAll: async (name, added) => {
      if (added.length > 0)
        await within(answerMs, 'queue', storeOf(name).addBulk(added.map((one) => entryOf(name, one))));
    },
    every: async (name, seconds, data) => {
      const template = { name, data: parseData(name, data), opts: jobOptions };
      const say = () => storeOf(name).upsertJobScheduler(name, { every: seconds() * 1_000 }, template);
      await repeating.add(name, () => within(answerMs, 'queue', say()));
    },
    depth: async () => (await Promise.all(laneNames.map((lane) => depthOf(lane, stores[lane])))).flat(),
    work: async (processors) => {
      await (working ??= startWorkers(host, processors, complain));
    },
    close: async () => {
      repeating.stop();
      const workers = (await working?.catch(() => undefined)) ?? [];
      await Promise.all(workers.map((worker) => worker.close(drainMs)));
      await Promise.all(Object.values(stores).map((store) => closed(store, closeMs)));
    },
  };
};

const states = ['waiting', 'active', 'delayed', 'failed'] as const;

const depthOf = async (lane: Lane, store: Store): Promise<Depth[]> => {
  const counts = await within(answerMs, 'queue', store.getJobCounts(...states));
  return states.map((state) => ({ lane, state, jobs: counts[state] ?? 0 }));
};

const startWorkers = (host: Host, processors: Processors, complain: Complain): Promise<RunningWorker[]> =>
  Promise.all(laneNames.map((lane) => startWorker(host, { lane, processors, complain })));

/** BullMQ forbids a colon in an id. */
const entryOf = <Name extends JobName>(name: Name, { id, data }: NewJob<Name>) => ({
  name,
  data: parseData(name, data),
  opts: { jobId: `${name}/${encodeURIComponent(id)}`, removeOnComplete: true, removeOnFail: true },
});

const openStores = async (host: Host, complain: Complain, giveUpAt: number): Promise<Record<Lane, Store>> => {
  const opened = laneNames.map(async (lane) => [lane, await openStore({ host, lane, complain }, giveUpAt)] as const);
  return Object.fromEntries(await Promise.all(opened)) as Record<Lane, Store>;
};

const parseData = (name: JobName, data: unknown): Record<string, unknown> => jobs[name].data.parse(data);

/** On PostgreSQL the first failure is final for an opened queue, so each attempt opens a new one. */
const openStore = async (
  { host, lane, complain }: { readonly host: Host; readonly lane: Lane; readonly complain: Complain },
  giveUpAt: number,
): Promise<Store> => {
  for (;;) {
    const store: Store = new BullQueue(
      lanes[lane].name,
      { ...host.options, defaultJobOptions: jobOptions },
      host.backend,
    );
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
