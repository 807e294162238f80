/** Seconds since 1970-01-01T00:00:00Z, whole. @see RFC 7519 §2 (NumericDate) */
export type EpochSeconds = number;

/** Tells the time; rules take it as a need so that a test can hold it still. */
export type Clock = () => EpochSeconds;

/** The time of this machine, in whole seconds. @see RFC 7519 §2 (NumericDate) */
export const systemClock: Clock = () => Math.floor(Date.now() / 1000);
