import { msSince, never, type Moment } from '#revocation';

/** What the relay says again and again: up to here, nothing that was to be published is missing. */
export interface Drained {
  /** The last message of the stream, and when the stream was made. */
  readonly sequence: number;
  readonly stream: string;
  /** The relay looked at this moment, or later. */
  readonly lookedAt: Moment;
}

/** How far the stream of events was read, and as of when that was all there is. */
export interface Progress {
  readonly stream: () => string | undefined;
  /** The sequence that was read last. */
  readonly position: () => number;
  /** The reading begins after this sequence of this stream. */
  readonly opened: (stream: string, position: number) => void;
  readonly reached: (sequence: number) => void;
  /** False where what is told of is not to be had from this reading. */
  readonly told: (drained: Drained) => boolean;
  /** Everything before is known. */
  readonly knownAt: () => Moment;
}

/** So long what the relay tells of may be on its way. */
const patienceMs = 2_000;

/** Nothing was read yet. */
export const newProgress = (): Progress => {
  let stream: string | undefined;
  let [position, knownAt, movedAt] = [0, never, -Infinity];
  let due: Drained | undefined;
  const settle = (): boolean => {
    if (!due) return true;
    if (due.stream !== stream || due.sequence > position) return false;
    if (msSince(due.lookedAt) < msSince(knownAt)) knownAt = due.lookedAt;
    [movedAt, due] = [performance.now(), undefined];
    return true;
  };
  return {
    stream: () => stream,
    position: () => position,
    knownAt: () => knownAt,
    opened: (made, from) => {
      // What waited was told of another reading.
      [stream, position, movedAt, due] = [made, from, performance.now(), undefined];
    },
    reached: (sequence) => {
      [position, movedAt] = [sequence, performance.now()];
      settle();
    },
    told: (drained) => {
      // The one before comes true first, where what it tells of is still on its way.
      if (due?.stream !== drained.stream || due.sequence <= position) due = drained;
      return settle() || performance.now() - movedAt < patienceMs;
    },
  };
};
