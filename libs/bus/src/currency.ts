import type { Drained } from '@portico/contracts';
import { earlier, msSince, type Moment } from '@portico/revocation';
import type { Nats } from './nats.js';

/** How far the stream of events was read, and when that was all there is. */
export interface Currency {
  readonly stream: () => string | undefined;
  /** The sequence that was read last. */
  readonly position: () => number;
  /** The reading begins after this sequence of this stream. */
  readonly opened: (stream: string, position: number) => void;
  readonly reached: (sequence: number) => void;
  /** What the relay has told, and since when at the latest it has been on its way. */
  readonly told: (drained: Drained, sentAfter: Moment) => void;
  /** Since when, in milliseconds, something may have been revoked that was not read; undefined: longer than is allowed. */
  readonly stalenessMs: () => number | undefined;
  /** Aborted when what the relay tells of is not to be had from this reading. */
  readonly lost: () => AbortSignal;
}

/** So long what the relay tells of may be on its way. */
const patienceMs = 5_000;

export const currency = (nats: Nats, staleAfterMs: () => number): Currency => {
  let stream: string | undefined;
  let position = 0;
  let lost = new AbortController();
  let progressAt = performance.now();
  let due:
    | { readonly sequence: number; readonly stream: string; readonly at: Moment; readonly reconnects: number }
    | undefined;
  let current: { readonly at: Moment; readonly reconnects: number } | undefined;

  /** Has everything been read that the relay told of last? */
  const settle = (): boolean => {
    if (!due || due.stream !== stream || due.sequence > position) return due === undefined;
    current = due;
    due = undefined;
    return true;
  };
  return {
    stream: () => stream,
    position: () => position,
    opened: (made, from) => {
      [stream, position, lost, progressAt] = [made, from, new AbortController(), performance.now()];
      // It was told of another reading.
      due = undefined;
    },
    reached: (sequence) => {
      [position, progressAt] = [sequence, performance.now()];
      settle();
    },
    told: ({ sequence, stream: made, ageMs }, sentAfter) => {
      due = { sequence, stream: made, at: earlier(sentAfter, ageMs), reconnects: nats.reconnects() };
      if (settle()) progressAt = performance.now();
      else if (performance.now() - progressAt > patienceMs) lost.abort();
    },
    stalenessMs: () => {
      // What the relay said before the connection broke says nothing of the time since.
      if (!current || !nats.isConnected() || current.reconnects !== nats.reconnects()) return undefined;
      const staleness = msSince(current.at);
      return staleness <= staleAfterMs() ? staleness : undefined;
    },
    lost: () => lost.signal,
  };
};
