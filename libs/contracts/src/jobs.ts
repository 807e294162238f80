import { z } from 'zod';

/** Two lines of jobs: whatever waits for the servers of clients keeps nothing else waiting. */
export type Lane = 'upkeep' | 'deliveries';

const job = <Data extends z.ZodObject>(name: string, data: Data, lane: Lane = 'upkeep') => ({ name, data, lane });

/** Every job of the worker's queue. */
export const jobs = {
  /** Removes what has expired. */
  sweep: job('sweep', z.object({})),
  /** Announces keys that are to sign, and removes those of which nothing is left. */
  rotateKeys: job('rotateKeys', z.object({})),
  /** Tells one client that one session has ended. */
  logoutDelivery: job('logoutDelivery', z.object({ sid: z.string(), clientId: z.string() }), 'deliveries'),
  /** Hands out anew the deliveries that the queue has lost, and forgets old ones. */
  logoutSweep: job('logoutSweep', z.object({})),
  /** Creates the parts of tables that are needed next, drops those in which everything has expired. */
  partitions: job('partitions', z.object({})),
} as const;

/** The key of a job in the table. */
export type JobName = keyof typeof jobs;

/** What a job is told. */
export type JobData<Name extends JobName> = z.infer<(typeof jobs)[Name]['data']>;

/** The job is to be done again after so long; that is no failure. */
export interface Again {
  readonly againInMs: number;
}

/** Does one job; a throw means "again later". */
export type Processor<Name extends JobName> = (data: JobData<Name>) => Promise<Again | undefined> | Promise<void>;

/** One of many jobs of a name; while there is one of that id, it is not added again. */
export interface NewJob<Name extends JobName> {
  readonly id: string;
  readonly data: JobData<Name>;
}

/** How a job stands that is not done. */
export type JobState = 'waiting' | 'active' | 'delayed' | 'failed';

/** How many jobs of a lane stand so. */
export interface Depth {
  readonly lane: Lane;
  readonly state: JobState;
  readonly jobs: number;
}

/** Where work waits until a worker has done it. */
export interface Queue {
  add<Name extends JobName>(name: Name, data: JobData<Name>): Promise<void>;
  /** Adds those whose id is not there, at once; one that is done is forgotten, and its id is free. */
  addAll<Name extends JobName>(name: Name, added: readonly NewJob<Name>[]): Promise<void>;
  /**
   * Adds the job every so many seconds, once however many workers say so; also after the store has lost what it kept, and
   * as often as it is to be done by then.
   */
  every<Name extends JobName>(name: Name, seconds: () => number, data: JobData<Name>): Promise<void>;
  /** How much waits, is being done, or was given up. @throws Unavailable the store does not answer */
  depth(): Promise<readonly Depth[]>;
  /** Starts working; resolves when the processors are listening. */
  work(processors: { readonly [Name in JobName]: Processor<Name> }): Promise<void>;
  /** Lets running jobs end, then disconnects. */
  close(): Promise<void>;
}
