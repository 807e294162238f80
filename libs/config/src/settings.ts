import { z } from 'zod';

const every = z.strictObject({
  session_lifetime: z.number().int().min(60).max(315_360_000).describe('Seconds after which a sign-in session ends.'),
  session_idle_lifetime: z
    .number()
    .int()
    .min(0)
    .max(315_360_000)
    .describe(
      'Seconds without use after which a sign-in session ends; 0: it may rest as long as session_lifetime. Holds for sessions that begin from then on, as session_lifetime does.',
    ),
  refresh_token_replay_window: z
    .number()
    .int()
    .min(0)
    .max(300)
    .describe(
      'Seconds in which an old refresh token that comes again gets the same successor again; later it ends the authorization.',
    ),
  revocation_staleness_ms: z
    .number()
    .int()
    .min(0)
    .max(60_000)
    .describe(
      'Milliseconds by which what a service knows by heart of revocations may be old; when it may be older the database is asked, as it always is with 0.',
    ),
  key_rotation_seconds: z
    .number()
    .int()
    .min(1)
    .max(315_360_000)
    .describe('Seconds for which a signing key signs; then its successor does.'),
  key_announce_seconds: z
    .number()
    .int()
    .min(1)
    .max(2_592_000)
    .describe(
      'Seconds for which a signing key is published before it signs; the key set may be cached for half of that, and for 300 seconds at most.',
    ),
  audit_retention_days: z
    .number()
    .int()
    .min(1)
    .max(36_500)
    .describe('Days for which the audit log is kept at least; a month of it goes when its last day is older.'),
});

/** What administrators set for the whole installation, in `portico.yaml`; it is stored, and every service follows it. */
export const settingsSchema = z.strictObject({
  session_lifetime: z.exactOptional(every.shape.session_lifetime),
  session_idle_lifetime: z.exactOptional(every.shape.session_idle_lifetime),
  refresh_token_replay_window: z.exactOptional(every.shape.refresh_token_replay_window),
  revocation_staleness_ms: z.exactOptional(every.shape.revocation_staleness_ms),
  key_rotation_seconds: z.exactOptional(every.shape.key_rotation_seconds),
  key_announce_seconds: z.exactOptional(every.shape.key_announce_seconds),
  audit_retention_days: z.exactOptional(every.shape.audit_retention_days),
});

/** Every setting of the installation. */
export type Settings = z.output<typeof every>;

/** What holds where nothing was set. */
export const standardSettings: Settings = {
  session_lifetime: 1_209_600,
  session_idle_lifetime: 259_200,
  refresh_token_replay_window: 30,
  revocation_staleness_ms: 1000,
  key_rotation_seconds: 2_592_000,
  key_announce_seconds: 3600,
  audit_retention_days: 400,
};
