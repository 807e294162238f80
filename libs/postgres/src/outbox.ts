import type { Outbox, PublishedEvent } from '@portico/contracts';
import { arrivals } from './arrivals.js';
import { connectionOf, type Database } from './data-source.js';
import { first, type Run } from './statement.js';
import { transact } from './transact.js';

const budgetMs = 20_000;

const turn = { name: 'outbox.turn', text: 'SELECT outbox_turn($1) AS waiting' };
/** In the order of publishing: whoever polls goes on from the last that was read. */
const mark = {
  name: 'outbox.mark',
  text: `UPDATE outbox o SET published_at = now(), published_position = p.published_position
    FROM (SELECT position, nextval('outbox_published') AS published_position FROM unnest($1::bigint[]) u(position)) p
    WHERE o.position = p.position`,
};

type Publish = (event: PublishedEvent) => Promise<void>;

type Waiting = PublishedEvent & { readonly position: number };

export const outbox = (database: Database): Outbox => ({
  drain: async (publish, limit) => {
    const { count, failure } = await transact(database, async (run) => {
      const row = await first<{ waiting: readonly Waiting[] | null }>(run, turn, [limit]);
      return row?.waiting ? publishAll(run, row.waiting, publish) : { count: undefined, failure: undefined };
    });
    if (failure) throw failure.error;
    return count;
  },
  arrivals: (onArrival) => arrivals(connectionOf(database), onArrival),
});

/** What was published before the one that failed is marked all the same; a crash before the commit only repeats. */
const publishAll = async (run: Run, waiting: readonly Waiting[], publish: Publish) => {
  const until = Date.now() + budgetMs;
  const done: number[] = [];
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
