import { z } from 'zod';

const every = z.strictObject({
  session_lifetime: z.number().int().min(60).max(315_360_000).describe('Seconds after which a sign-in session ends.'),
  refresh_token_replay_window: z
    .number()
    .int()
    .min(0)
    .max(300)
    .describe(
      'Seconds in which an old refresh token that comes again gets the same successor again; later it ends the authorization.',
    ),
});

/** What administrators set for the whole installation, in `portico.yaml`; it is stored, and every service follows it. */
export const settingsSchema = z.strictObject({
  session_lifetime: z.exactOptional(every.shape.session_lifetime),
  refresh_token_replay_window: z.exactOptional(every.shape.refresh_token_replay_window),
});

/** Every setting of the installation. */
export type Settings = z.output<typeof every>;

/** What holds where nothing was set. */
export const standardSettings: Settings = { session_lifetime: 1_209_600, refresh_token_replay_window: 30 };
