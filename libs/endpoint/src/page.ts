import { z } from 'zod';

const clientOnPage = z.object({
  name: z.string(),
  logoUri: z.string().optional(),
  clientUri: z.string().optional(),
  policyUri: z.string().optional(),
  tosUri: z.string().optional(),
});

/** What a page says of the client that asks. */
export type ClientOnPage = z.infer<typeof clientOnPage>;

const wayBack = z.object({ name: z.string(), uri: z.string() });

/** A way back to a client, for whoever can go no further here. */
export type WayBack = z.infer<typeof wayBack>;

const form = { action: z.string(), interaction: z.string(), csrf: z.string() };

/** The pages and what each of them is told; the gateway turns a model into HTML. */
export const pageSchema = z.discriminatedUnion('name', [
  z.object({
    name: z.literal('sign-in'),
    ...form,
    client: clientOnPage,
    identifier: z.string().optional(),
    fault: z.enum(['wrong_credentials', 'too_many_attempts']).optional(),
    retryAfterSeconds: z.number().optional(),
    cancellable: z.boolean(),
  }),
  z.object({
    name: z.literal('select-account'),
    ...form,
    client: clientOnPage,
    account: z.object({ name: z.string() }),
  }),
  z.object({
    name: z.literal('consent'),
    ...form,
    client: clientOnPage,
    account: z.object({ name: z.string() }),
    scopes: z.array(z.string()),
  }),
  z.object({
    name: z.literal('logout'),
    action: z.string(),
    csrf: z.string(),
    fields: z.record(z.string(), z.string()),
  }),
  z.object({
    name: z.literal('logged-out'),
    back: wayBack.optional(),
    /** Where the browser goes on. */
    next: z.string().optional(),
    /** What the page loads unseen, before that. @see OpenID Connect Front-Channel Logout 1.0 §2 */
    frames: z.array(z.string()).max(100).optional(),
  }),
  z.object({
    name: z.literal('error'),
    error: z.string(),
    description: z.string(),
    correlationId: z.string(),
    back: wayBack.optional(),
  }),
  z.object({
    name: z.literal('device-code'),
    action: z.string(),
    csrf: z.string(),
    /** As it was typed. */
    userCode: z.string().optional(),
    /** The languages that were asked for, so that the form can carry them on. */
    uiLocales: z.string().optional(),
    fault: z.enum(['unknown_or_expired', 'too_many_attempts']).optional(),
    retryAfterSeconds: z.number().optional(),
  }),
  z.object({
    name: z.literal('device-confirm'),
    action: z.string(),
    csrf: z.string(),
    client: clientOnPage,
    userCode: z.string(),
    uiLocales: z.string().optional(),
  }),
  z.object({ name: z.literal('device-done'), client: clientOnPage, outcome: z.enum(['approved', 'denied']) }),
  z.object({ name: z.literal('still-signed-in') }),
  z.object({ name: z.literal('register'), signIn: wayBack.optional(), back: wayBack.optional() }),
  z.object({
    name: z.literal('sessions'),
    action: z.string(),
    csrf: z.string(),
    /** Where signing out here begins. */
    signOut: z.string(),
    uiLocales: z.string().optional(),
    account: z.object({ name: z.string() }),
    /** Now, in epoch seconds. */
    at: z.number(),
    /** Those of the sessions, by id. */
    clients: z.record(z.string(), clientOnPage),
    sessions: z.array(
      z.object({
        sid: z.string(),
        current: z.boolean(),
        browser: z.string().optional(),
        system: z.string().optional(),
        ip: z.string().optional(),
        startedAt: z.number(),
        lastUsedAt: z.number(),
        clientIds: z.array(z.string()),
      }),
    ),
  }),
]);

/** The model of one page: plain data, no markup, no secret but the form's CSRF token. */
export type Page = z.infer<typeof pageSchema>;
