import type { Outbox, PublishedEvent } from '@portico/contracts';
import { arrivals } from './arrivals.js';
import { connectionOf, type Database } from './data-source.js';
import type { Run } from './statement.js';
import { transact } from './transact.js';

const budgetMs = 20_000;

const oldest = {
  name: 'outbox.oldest',
  text: `SELECT position, id, event, data FROM outbox WHERE published_at IS NULL
    ORDER BY position LIMIT $1 FOR UPDATE SKIP LOCKED`,
};
const mark = { name: 'outbox.mark', text: 'UPDATE outbox SET published_at = now() WHERE position = ANY ($1)' };

type Publish = (event: PublishedEvent) => Promise<void>;

export const outbox = (database: Database): Outbox => ({
  drain: async (publish, limit) => {
    const { count, failure } = await transact(database, (run) => publishOldest(run, publish, limit));
    if (failure) throw failure.error;
    return count;
  },
  arrivals: (onArrival) => arrivals(connectionOf(database), onArrival),
});

/** What was published before the one that failed is marked all the same; a crash before the commit only repeats. */
const publishOldest = async (run: Run, publish: Publish, limit: number) => {
  const waiting = await run<PublishedEvent & { position: string }>(oldest, [limit]);
  const until = Date.now() + budgetMs;
  const done: string[] = [];
  let failure: { error: unknown } | undefined;
  for (const { position, ...event } of waiting) {
    if (Date.now() > until) break;
    try {
      await publish(event);
      done.push(position);
    } catch (error) {
      failure = { error };
      break;
    }
  }
  if (done.length > 0) await run(mark, [done]);
  return { count: done.length, failure };
};
