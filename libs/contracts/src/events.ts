import { z } from 'zod';

const event = <Data extends z.ZodObject>(name: string, data: Data) => ({
  name,
  subject: `oidc.v1.event.${name}`,
  data,
});
const at = z.number().int();

/** Every event: ids and facts, never a token or a secret. Fields are only ever added. */
export const events = {
  /** The authorizations are those that ended with it. */
  sessionEnded: event(
    'session.ended',
    z.object({
      sid: z.string(),
      subject: z.string(),
      reason: z.string(),
      at,
      authorizationIds: z.exactOptional(z.array(z.string())),
    }),
  ),
  authorizationRevoked: event(
    'authorization.revoked',
    z.object({ authorizationId: z.string(), clientId: z.string(), reason: z.string(), at }),
  ),
  tokenRevoked: event(
    'token.revoked',
    z.object({ tokenId: z.string(), authorizationId: z.string(), clientId: z.string(), at }),
  ),
  /** A person was signed out everywhere: these sessions ended, and whatever clients were let do for them until then. */
  subjectRevoked: event('subject.revoked', z.object({ subject: z.string(), sids: z.array(z.string()), at })),
  /** Whatever was issued to a client until then. */
  clientRevoked: event('client.revoked', z.object({ clientId: z.string(), at })),
  /** A signing key came, went or got another time: whoever holds the keys reads them anew. */
  keysChanged: event('keys.changed', z.object({ at })),
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

const facts = Object.entries(events).map(([name, { data }]) => z.object({ event: z.literal(name), data }));

/** The shape in which a fact that is told at once crosses a process boundary. */
export const factSchema = z.union(facts) as unknown as z.ZodType<Fact>;

/** Where whoever has revoked something says so at once, beside the event that follows; nobody keeps it. */
export const revokedSubject = 'oidc.v1.revoked';

/** The shape in which an event crosses a process boundary. */
export const publishedEventSchema = z.union(published) as unknown as z.ZodType<PublishedEvent>;

/** Facts that wait to be published. */
export interface Outbox {
  /**
   * Publishes the oldest, at most `limit`, in order; answers how many. What fails stays, and comes again under the same id:
   * at least once, never lost. One drains at a time, so that the order holds; undefined where another does.
   */
  drain(publish: (event: PublishedEvent) => Promise<void>, limit: number): Promise<number | undefined>;
  /** Calls when facts may have arrived, until the answer is called. */
  arrivals(onArrival: () => void): Promise<() => Promise<void>>;
}
