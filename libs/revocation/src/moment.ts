/** A moment by both clocks: the steady one stands still while the machine sleeps, the other one is set now and then. */
export interface Moment {
  /** By `performance.now()`. */
  readonly steadyMs: number;
  /** By `Date.now()`. */
  readonly wallMs: number;
}

/** Longer ago than anything. */
export const never: Moment = { steadyMs: -Infinity, wallMs: -Infinity };

/** This moment. */
export const thisMoment = (): Moment => ({ steadyMs: performance.now(), wallMs: Date.now() });

/** So many milliseconds before that moment. */
export const earlier = ({ steadyMs, wallMs }: Moment, ms: number): Moment => ({
  steadyMs: steadyMs - ms,
  wallMs: wallMs - ms,
});

/** How long ago that was, in milliseconds, by the clock for which it was longer. */
export const msSince = ({ steadyMs, wallMs }: Moment): number =>
  Math.max(performance.now() - steadyMs, Date.now() - wallMs);
