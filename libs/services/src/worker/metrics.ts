import type { Again, Follower, JobName, Processor, Queue } from '@portico/contracts';
import { systemClock } from '@portico/endpoint';
import type { LogoutDeliveryStore } from '@portico/oidc';
import { logoutBacklog, outboxBacklog, type Database, type Kept } from '@portico/postgres';
import type { Adapters } from '../common/adapters.js';
import type { Metrics } from '../common/metrics/metrics.js';
import { sampling } from '../common/metrics/sampled.js';
import { logoutFollowers } from './logouts.js';

/** What waits in the database: facts to be published, logouts to be told. */
export const measureBacklogs = (metrics: Metrics, database: Database): void => {
  const sample = sampling(metrics);
  const outbox = sample('outbox', () => outboxBacklog(database));
  metrics.read('portico_outbox_waiting', async () => valueOf({}, (await outbox())?.waiting));
  metrics.read('portico_outbox_lag_seconds', async () => {
    const backlog = await outbox();
    return valueOf(
      {},
      backlog && (backlog.oldestAt === undefined ? 0 : Math.max(0, database.clock.now() - backlog.oldestAt)),
    );
  });
  const logouts = sample('logouts', () => logoutBacklog(database));
  metrics.read('portico_logout_deliveries', async () => {
    const { pending, failed } = (await logouts()) ?? {};
    return [...valueOf({ state: 'pending' }, pending), ...valueOf({ state: 'failed' }, failed)];
  });
};

/** What could not be had is left out. */
const valueOf = <Labels extends object>(labels: Labels, value: number | undefined) =>
  value === undefined ? [] : [{ labels, value }];

/** What waits in the queue. */
export const measureQueue = (metrics: Metrics, queue: Pick<Queue, 'depth'>): void => {
  const depth = sampling(metrics)('queue', () => queue.depth());
  metrics.read('portico_queue_jobs', async () =>
    ((await depth()) ?? []).map(({ lane, state, jobs }) => ({ labels: { lane, state }, value: jobs })),
  );
};

type Backlog = (follower: Pick<Follower, 'name' | 'event'>) => Promise<number>;

/** What has been told and is not dealt with yet. */
export const measureFollowers = (metrics: Metrics, backlog: Backlog): void => {
  const ask = () =>
    Promise.all(
      logoutFollowers.map(async (one) => ({
        labels: { follower: `${one.name}-${one.event}` },
        value: await backlog(one),
      })),
    );
  const behind = sampling(metrics)('followers', ask);
  metrics.read('portico_bus_event_backlog', async () => (await behind()) ?? []);
};

type Processors = { readonly [Name in JobName]: Processor<Name> };

/** The same processors; how each job ends is counted. */
export const countingJobs = (metrics: Metrics, processors: Processors): Processors => {
  const jobs = metrics.counter('portico_jobs_total');
  const duration = metrics.histogram('portico_job_duration_seconds');
  const lastDone = new Map<string, number>();
  metrics.read('portico_job_last_done_timestamp_seconds', () =>
    [...lastDone].map(([task, value]) => ({ labels: { task }, value })),
  );
  const counting =
    <Name extends JobName>(task: Name, process: Processor<Name>): Processor<Name> =>
    async (data): Promise<Again | undefined> => {
      const beganAt = performance.now();
      let outcome = 'failed';
      try {
        const again = (await process(data)) ?? undefined;
        outcome = again ? 'again' : 'done';
        if (!again) lastDone.set(task, systemClock());
        return again;
      } finally {
        jobs({ task, outcome });
        duration({ task }, (performance.now() - beganAt) / 1000);
      }
    };
  return {
    sweep: counting('sweep', processors.sweep),
    rotateKeys: counting('rotateKeys', processors.rotateKeys),
    logoutDelivery: counting('logoutDelivery', processors.logoutDelivery),
    logoutSweep: counting('logoutSweep', processors.logoutSweep),
    partitions: counting('partitions', processors.partitions),
  };
};

/** The same adapters; what becomes of each attempt to tell a client of a logout is counted. */
export const countingLogouts = (metrics: Metrics, adapters: Adapters): Adapters => {
  const attempts = metrics.counter('portico_logout_attempts_total');
  const { deliveries } = adapters.stores;
  const settle: LogoutDeliveryStore['settle'] = async (outcome) => {
    const settled = await deliveries.settle(outcome);
    if (settled) attempts({ state: outcome.state });
    return settled;
  };
  return { ...adapters, stores: { ...adapters.stores, deliveries: { ...deliveries, settle } } };
};

/** Counts what is done to the parts of tables. */
export const countPartitions = (metrics: Metrics): ((kept: Kept) => void) => {
  const partitions = metrics.counter('portico_partitions_total');
  const count = (change: keyof Kept, by: number): void => partitions({ change }, by);
  return (kept) => {
    for (const change of ['created', 'dropped', 'rescued', 'left'] as const) count(change, kept[change]);
  };
};
