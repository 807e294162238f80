import type { Clock } from '@portico/endpoint';

/** A clock that stands still until it is told to go on. */
export const testClock = (start = 1_800_000_000): Clock & { pass(seconds: number): void } => {
  let now = start;
  return Object.assign(() => now, {
    pass: (seconds: number) => {
      now += seconds;
    },
  });
};
