import type { Msg } from '@nats-io/transport-node';
import { timesOf } from './wire.js';

/** So far the clocks of a caller that is not known yet and of this machine may be apart. @see docs/adr/0166-clocks.md */
const skewMs = 60_000;
const windowMs = 30_000;
/** More callers at once than there are; who makes up others pushes nobody out for longer than a window. */
const maxCallers = 1_000;

/**
 * Tells of each message whether nobody waits for its answer any more. Clocks may be apart, so that what counts is how much
 * longer it was on its way than others of the same caller, each measured by the caller's clock here and ours there.
 */
export const lateness = (): ((message: Msg) => boolean) => {
  let [current, before] = [new Map<string, number>(), new Map<string, number>()];
  let begunAt = performance.now();

  const leastOf = (caller: string): number => Math.min(current.get(caller) ?? Infinity, before.get(caller) ?? Infinity);
  /** Not by a timer: what waited while this process stood still is judged by what was known before. */
  const turn = (): void => {
    if (performance.now() - begunAt <= windowMs) return;
    [before, current, begunAt] = [current, new Map<string, number>(), performance.now()];
  };
  const note = (caller: string, tookMs: number): void => {
    const least = current.get(caller);
    if (least === undefined ? current.size < maxCallers : tookMs < least) current.set(caller, tookMs);
  };

  return (message) => {
    const { deadline, budgetMs } = timesOf(message);
    if (deadline === undefined) return false;
    if (budgetMs === undefined) return deadline <= Date.now();
    const caller = callerOf(message);
    const tookMs = Date.now() - (deadline - budgetMs);
    const least = leastOf(caller);
    const isLate = least === Infinity ? tookMs >= budgetMs + skewMs : tookMs - least >= budgetMs;
    turn();
    // What was late says nothing of the clocks. Where one was set, what was known of it is forgotten after two windows.
    if (!isLate) note(caller, tookMs);
    return isLate;
  };
};

/** The inbox of a connection is its own. */
const callerOf = ({ reply = '' }: Msg): string => reply.slice(0, reply.lastIndexOf('.'));
