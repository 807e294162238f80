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
  z.object({ name: z.literal('logged-out') }),
  z.object({
    name: z.literal('error'),
    error: z.string(),
    description: z.string(),
    correlationId: z.string(),
  }),
]);

/** The model of one page: plain data, no markup, no secret but the form's CSRF token. */
export type Page = z.infer<typeof pageSchema>;
