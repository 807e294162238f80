import { within } from '@portico/contracts';
import type { Metrics } from './metrics.js';

const deadlineMs = 2_000;
const freshMs = 5_000;

/** Asks somebody else for numbers. */
export type Sample = <Result>(name: string, ask: () => Promise<Result>) => () => Promise<Result | undefined>;

/**
 * What is asked of the database, the queue or the bus: with a deadline, and at most every five seconds however many want
 * to know. Where it cannot be had in time, nothing is told but that.
 */
export const sampling = (metrics: Metrics): Sample => {
  const failed = metrics.counter('portico_samples_failed_total');
  return (name, ask) => {
    failed({ sample: name }, 0);
    const inTime = async (): Promise<Awaited<ReturnType<typeof ask>> | undefined> => {
      try {
        return await within(deadlineMs, name, ask());
      } catch {
        failed({ sample: name });
        return undefined;
      }
    };
    let latest: ReturnType<typeof inTime> | undefined;
    let askedAt = -Infinity;
    return () => {
      if (latest && performance.now() - askedAt < freshMs) return latest;
      askedAt = performance.now();
      return (latest = inTime());
    };
  };
};
