import { z } from 'zod';

/** Where the relay tells, again and again, that every fact has been published. */
export const drainedSubject = 'oidc.v1.relay.drained';

/** What it tells. */
export const drainedSchema = z.object({
  /** The last of the events' stream. */
  sequence: z.number().int().min(0),
  /** When the stream was made: one that is made anew counts from 1 again. */
  stream: z.string(),
  /** So long ago it looked, and nothing waited to be published. */
  ageMs: z.number().int().min(0),
  /** So soon it tells again. */
  everyMs: z.number().int().positive(),
});

/** The relay's word that everything has been published. */
export type Drained = z.infer<typeof drainedSchema>;

/** When the relay looked, by `performance.now()`, and how soon it will again. */
export interface Heartbeat {
  readonly lookedAt: number;
  readonly everyMs: number;
}
