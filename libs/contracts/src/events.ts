import { z } from 'zod';

const event = <Data extends z.ZodObject>(name: string, data: Data) => ({
  name,
  subject: `oidc.v1.event.${name}`,
  data,
});
const at = z.number().int();

/** Every event: ids and facts, never a token or a secret. Fields are only ever added. */
export const events = {
  sessionEnded: event('session.ended', z.object({ sid: z.string(), subject: z.string(), reason: z.string(), at })),
  authorizationRevoked: event(
    'authorization.revoked',
    z.object({ authorizationId: z.string(), clientId: z.string(), reason: z.string(), at }),
  ),
  tokenRevoked: event(
    'token.revoked',
    z.object({ tokenId: z.string(), authorizationId: z.string(), clientId: z.string(), at }),
  ),
} as const;

/** The key of an event in the table. */
export type EventName = keyof typeof events;

/** Something that became true, as it is appended to the outbox in the transaction that made it so (law 8). */
export type Fact = {
  [Name in EventName]: { readonly event: Name; readonly data: z.infer<(typeof events)[Name]['data']> };
}[EventName];

/** A fact with the id of its outbox row; the id keeps a repeated delivery from counting twice. */
export type PublishedEvent = Fact & { readonly id: string };

const published = Object.entries(events).map(([name, { data }]) =>
  z.object({ id: z.string().min(1), event: z.literal(name), data }),
);

/** The shape in which an event crosses a process boundary. */
export const publishedEventSchema = z.union(published) as unknown as z.ZodType<PublishedEvent>;

/** Facts that wait to be published. */
export interface Outbox {
  /**
   * Publishes the oldest, at most `limit`, in order; answers how many. What fails stays, and comes again under the same id:
   * at least once, never lost. Several may drain at once; each takes what no other has.
   */
  drain(publish: (event: PublishedEvent) => Promise<void>, limit: number): Promise<number>;
  /** Calls when facts may have arrived, until the answer is called. */
  arrivals(onArrival: () => void): Promise<() => Promise<void>>;
}
