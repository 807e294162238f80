import { jobs, type JobName, type Lane } from '@portico/contracts';

/** Under which name BullMQ files the jobs of a lane, and how many of them one worker does at once. */
export const lanes: Readonly<Record<Lane, { readonly name: string; readonly concurrency: number }>> = {
  upkeep: { name: 'jobs', concurrency: 10 },
  deliveries: { name: 'deliveries', concurrency: 40 },
};

export const laneNames = Object.keys(lanes) as readonly Lane[];

export const laneOf = (name: JobName): Lane => jobs[name].lane;
