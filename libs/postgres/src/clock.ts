import type { Clock } from '@portico/endpoint';
import { epoch } from './epoch.js';
import type { Run, Statement } from './statement.js';

/** The clock of the database, as far as this process knows it (docs/adr/0166-clocks.md). */
export interface DatabaseClock {
  /** The same in every process on this database, however the clocks of their machines go. */
  readonly now: Clock;
  /** So far this machine's clock is ahead of the database's, in milliseconds; negative where it is behind. */
  readonly aheadMs: () => number;
  readonly stop: () => void;
}

const everyMs = 5_000;
/** Clocks that are nearer to each other than this count as one. */
const toleranceMs = 500;

const asked: Statement = { name: 'clock.now', text: `SELECT ${epoch('clock_timestamp()')} AS at` };

/** Asks the database, again and again; while it is away, what was found last holds. @throws Unavailable */
export const databaseClock = async (run: Run): Promise<DatabaseClock> => {
  let aheadMs = 0;
  const compare = async (): Promise<void> => {
    const begun = performance.now();
    const [{ at } = { at: NaN }] = await run<{ at: number }>(asked, []);
    const tookMs = performance.now() - begun;
    // The database read its clock somewhere between question and answer; what that leaves open is no difference.
    const found = Date.now() - tookMs / 2 - at * 1000;
    if (Math.abs(found - aheadMs) > tookMs / 2 + toleranceMs) aheadMs = found;
  };
  await compare();
  const timer = setInterval(() => void compare().catch(() => undefined), everyMs).unref();
  return {
    now: () => Math.floor((Date.now() - aheadMs) / 1000),
    aheadMs: () => Math.round(aheadMs),
    stop: () => clearInterval(timer),
  };
};
