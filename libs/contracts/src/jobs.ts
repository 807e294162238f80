import { z } from 'zod';

const job = <Data extends z.ZodObject>(name: string, data: Data) => ({ name, data });

/** Every job of the worker's queue. */
export const jobs = {
  /** Removes what has expired. */
  sweep: job('sweep', z.object({})),
} as const;

/** The key of a job in the table. */
export type JobName = keyof typeof jobs;

/** What a job is told. */
export type JobData<Name extends JobName> = z.infer<(typeof jobs)[Name]['data']>;

/** Does one job; a throw means "again later". */
export type Processor<Name extends JobName> = (data: JobData<Name>) => Promise<void>;

/** Where work waits until a worker has done it. */
export interface Queue {
  add<Name extends JobName>(name: Name, data: JobData<Name>): Promise<void>;
  /** Adds the job every so many seconds, once however many workers say so. */
  every<Name extends JobName>(name: Name, seconds: number, data: JobData<Name>): Promise<void>;
  /** Starts working; resolves when the processors are listening. */
  work(processors: { readonly [Name in JobName]: Processor<Name> }): Promise<void>;
  /** Lets running jobs end, then disconnects. */
  close(): Promise<void>;
}
