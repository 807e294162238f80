import { writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** So long a process waits where its pipe is full, and not again before the pipe has taken something. */
const patienceMs = 50;
const sleepMs = 2;
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const nothing = Buffer.alloc(0);

/**
 * Lines to an open file, at once, so that none is lost at an exit. What cannot be written, since the disk is full or nobody
 * reads, is dropped: a service goes on without its log. Before the next line that can be written stands how many those were.
 */
export const logLines = (file: number, droppedLine: (count: number) => string): DestinationStream => {
  let dropped = 0;
  // Of a line that was written in part: the next one must not begin in its middle.
  let rest: Buffer = nothing;
  const put = (line: string): boolean => {
    rest = unwritten(file, rest, dropped > 0 ? 0 : patienceMs);
    if (rest.length > 0) return false;
    const bytes = Buffer.from(line);
    const left = unwritten(file, bytes, dropped > 0 ? 0 : patienceMs);
    if (left.length === bytes.length) return false;
    rest = left;
    return true;
  };
  return {
    write: (line) => {
      if (dropped > 0 && put(droppedLine(dropped))) dropped = 0;
      if (dropped > 0 || !put(line)) dropped += 1;
    },
  };
};

/** A text to an open file, if it can be written. */
export const writeText = (file: number, text: string): void => void unwritten(file, Buffer.from(text), patienceMs);

/** Writes, and answers what could not be written. */
const unwritten = (file: number, bytes: Buffer, waitMs: number): Buffer => {
  let left = bytes;
  for (let waitedMs = 0; left.length > 0;) {
    try {
      left = left.subarray(writeSync(file, left));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || waitedMs >= waitMs) return left;
      waitedMs += sleepMs;
      Atomics.wait(sleeper, 0, 0, sleepMs);
    }
  }
  return left;
};
