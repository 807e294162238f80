import { z } from 'zod';
import type { EndpointContract } from './contract.js';

/** What a service answers other services for, over NATS alone: no gateway stands before it. */
export interface CallContract<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> extends Pick<
  EndpointContract,
  'name' | 'service' | 'subject' | 'deadlineMs'
> {
  readonly request: Request;
  readonly reply: Reply;
}

const credential = z.string().min(1).max(4096);

/** So many tokens of so many characters fit into one message of NATS. */
const tokens = z.array(z.string().min(1).max(8192)).min(1).max(100);

/** Every call, with what it is asked and what it answers. */
export const calls = {
  /** Introspection of several tokens at once; the client proves who it is as at the endpoint. */
  introspect: {
    name: 'introspect',
    service: 'introspection',
    subject: 'oidc.v1.introspect',
    deadlineMs: 5_000,
    request: z.object({
      client_id: z.string().min(1).max(256),
      client_secret: credential.optional(),
      client_assertion: z.string().min(1).max(16_384).optional(),
      client_assertion_type: z.string().max(256).optional(),
      tokens,
    }),
    reply: z.union([
      z.object({ answers: z.array(z.record(z.string(), z.unknown())) }),
      z.object({ error: z.string(), error_description: z.exactOptional(z.string()) }),
    ]),
  },
} as const satisfies Record<string, CallContract>;

/** The key of a call in the table. */
export type CallName = keyof typeof calls;

/** What a call is asked. */
export type CallRequest<Name extends CallName> = z.infer<(typeof calls)[Name]['request']>;

/** What a call answers. */
export type CallReply<Name extends CallName> = z.infer<(typeof calls)[Name]['reply']>;
