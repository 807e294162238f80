import { jobs, within, type Again, type JobName, type Lane, type Processor } from '@portico/contracts';
import { DelayedError, UnrecoverableError, Worker, type Job, type QueueBase } from 'bullmq';
import type { Host } from './host.js';
import { lanes } from './lanes.js';

/** What is done for each job. */
export type Processors = { readonly [Name in JobName]: Processor<Name> };

/** Told what goes wrong behind the scenes: the store is away, a job failed. */
export type Complain = (error: unknown, job?: string) => void;

/** A worker at work. */
export interface RunningWorker {
  /** Takes no new job and lets running ones end; after the deadline they go back to the queue. */
  close(drainMs: number): Promise<void>;
}

/** A job whose worker died is taken up by another after so long. */
const lockMs = 15_000;
const readyMs = 10_000;
const endMs = 1_000;

/** The jobs of one lane, and who is told what goes wrong with them. */
export interface Work {
  readonly lane: Lane;
  readonly processors: Processors;
  readonly complain: Complain;
}

/** Starts working on the jobs of a lane; resolves when it listens. */
export const startWorker = async (host: Host, { lane, processors, complain }: Work): Promise<RunningWorker> => {
  let abandon = (): void => undefined;
  const abandoned = new Promise<never>((_, reject) => {
    abandon = () => reject(new Error('the worker closed before the job ended'));
  });
  abandoned.catch(() => undefined);
  const processor = processorOf(processors, complain);
  const worker = new Worker(
    lanes[lane].name,
    async (job, token) => postponed(job, token, await Promise.race([processor(job), abandoned])),
    { ...host.options, ...workerOptions, concurrency: lanes[lane].concurrency },
    host.backend,
  );
  worker.on('error', (error) => complain(error));
  await within(readyMs, 'queue', worker.waitUntilReady()).catch(async (error: unknown) => {
    await closed(worker, endMs);
    throw error;
  });
  return {
    close: async (drainMs) => {
      await within(drainMs, 'queue', worker.close()).catch(abandon);
      await closed(worker, endMs);
    },
  };
};

/** A store that is away must not keep the process from ending. */
export const closed = async (part: QueueBase, deadlineMs: number): Promise<void> => {
  await within(deadlineMs, 'queue', part.close())
    .catch(() => within(deadlineMs, 'queue', part.getBackend().close(true)))
    .catch(() => undefined);
};

/** Puts the job back where it is to be done again: not as a failure, so that it is counted nowhere. */
const postponed = async (job: Job<unknown>, token: string | undefined, again: Again | undefined): Promise<void> => {
  if (!again) return;
  await job.moveToDelayed(Date.now() + again.againInMs, token);
  throw new DelayedError();
};

const workerOptions = {
  lockDuration: lockMs,
  stalledInterval: lockMs,
  maxStalledCount: 5,
  runRetryDelay: 1_000,
};

const processorOf =
  (processors: Processors, complain: Complain) =>
  async ({ name, data }: Pick<Job<unknown>, 'name' | 'data'>): Promise<Again | undefined> => {
    try {
      return await doJob(processors, name, data);
    } catch (error) {
      complain(error, name);
      if (error instanceof UnrecoverableError) throw error;
      // What is stored with a failed job is read by many; the details are for whoever was complained to.
      throw new Error(error instanceof Error ? error.name : 'failed', { cause: error });
    }
  };

/** Trying again does not help a job that nobody knows, or whose data nobody understands. */
const doJob = async (processors: Processors, name: string, data: unknown): Promise<Again | undefined> => {
  if (!isJob(name)) throw new UnrecoverableError('there is no such job');
  const parsed = jobs[name].data.safeParse(data);
  if (!parsed.success) throw new UnrecoverableError('the data does not fit the job');
  const process: Processor<never> = processors[name];
  return (await process(parsed.data as never)) as Again | undefined;
};

const isJob = (name: string): name is JobName => Object.hasOwn(jobs, name);
