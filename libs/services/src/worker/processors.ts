import type { JobName, Processor } from '@portico/contracts';
import type { Clock } from '@portico/endpoint';
import { sweep, type Database } from '@portico/postgres';

type Processors = { readonly [Name in JobName]: Processor<Name> };

const batch = 1_000;
/** What is left after so many batches waits for the next sweep. */
const batches = 1_000;

/** What is done for each job of the queue. */
export const processors = ({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): Processors => ({
  sweep: async () => {
    for (let done = 0; done < batches; done += 1) if ((await sweep(database, clock(), batch)) === 0) return;
  },
});
