import { thisMoment, never, type Moment } from './moment.js';

/** Questions to whoever sends something, one after the other. */
export interface RoundTrips {
  /** What comes from now on was sent after this moment: then the last question that was answered was asked. */
  readonly answeredAt: () => Moment;
  readonly stop: () => void;
}

const everyMs = 50;

/**
 * Asks again and again, over a connection that hands over everything in order. Whatever waits while this process stands
 * still was sent before the answer to its next question: how long it has waited cannot be told, and need not be.
 * @see RFC 7009 §2.1
 */
export const roundTrips = (ask: () => Promise<unknown>): RoundTrips => {
  let answered = never;
  let isOpen = false;
  const turn = async (): Promise<void> => {
    if (isOpen) return;
    isOpen = true;
    const asked = thisMoment();
    try {
      await ask();
      answered = asked;
    } catch {
      // Nobody answers at present: what comes counts as old.
    } finally {
      isOpen = false;
    }
  };
  const asking = setInterval(() => void turn(), everyMs).unref();
  void turn();
  return { answeredAt: () => answered, stop: () => clearInterval(asking) };
};
