import { jobs, within, type JobName, type Processor } from '@portico/contracts';
import { UnrecoverableError, Worker, type Job } from 'bullmq';
import type { Host } from './host.js';

/** The name under which BullMQ files our jobs. */
export const queueName = 'jobs';

type Processors = { readonly [Name in JobName]: Processor<Name> };

/** Told what goes wrong behind the scenes: the store is away, a job failed. */
export type Complain = (error: unknown, job?: string) => void;

/** What can be asked of a worker once it works. */
export type RunningWorker = Pick<Worker, 'close' | 'disconnect'>;

/** A job whose worker died is taken up by another after so long. */
const lockMs = 15_000;
const readyMs = 10_000;

/** Starts working on the jobs; resolves when it listens. */
export const startWorker = async (host: Host, processors: Processors, complain: Complain): Promise<RunningWorker> => {
  const worker = new Worker(
    queueName,
    processorOf(processors, complain),
    { ...host.options, ...workerOptions },
    host.backend,
  );
  worker.on('error', (error) => complain(error));
  await within(readyMs, 'queue', worker.waitUntilReady()).catch(async (error: unknown) => {
    await worker.disconnect();
    throw error;
  });
  return worker;
};

const workerOptions = {
  concurrency: 10,
  lockDuration: lockMs,
  stalledInterval: lockMs,
  maxStalledCount: 5,
  runRetryDelay: 1_000,
};

const processorOf =
  (processors: Processors, complain: Complain) =>
  async ({ name, data }: Pick<Job<unknown>, 'name' | 'data'>): Promise<void> => {
    try {
      await doJob(processors, name, data);
    } catch (error) {
      complain(error, name);
      if (error instanceof UnrecoverableError) throw error;
      // What is stored with a failed job is read by many; the details are for whoever was complained to.
      throw new Error(error instanceof Error ? error.name : 'failed', { cause: error });
    }
  };

/** Trying again does not help a job that nobody knows, or whose data nobody understands. */
const doJob = async (processors: Processors, name: string, data: unknown): Promise<void> => {
  if (!isJob(name)) throw new UnrecoverableError('there is no such job');
  const parsed = jobs[name].data.safeParse(data);
  if (!parsed.success) throw new UnrecoverableError('the data does not fit the job');
  await processors[name](parsed.data);
};

const isJob = (name: string): name is JobName => Object.hasOwn(jobs, name);
