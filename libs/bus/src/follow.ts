import { AckPolicy, DeliverPolicy, nanos, type Consumer, type JsMsg } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { events, publishedEventSchema, within, type Follower, type PublishedEvent } from '@portico/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { eventStream } from './event-stream.js';
import type { Nats } from './nats.js';
import { decode } from './wire.js';

const retryMs = 1_000;
const longestRetryMs = 30_000;
const listenerMs = 10_000;
/** So many are being worked on at once, by one process and by all. */
const batch = 100;
const inFlight = 1_000;
const pollMs = 5_000;
const stopMs = 12_000;

const logger = new Logger('Followers');

/**
 * Reads the events of one name through a durable consumer: it goes on where whoever bears the name was, and an event that
 * was not acknowledged comes again, here or elsewhere.
 */
export const follow = (nats: Nats, { name, event, listener }: Follower): (() => Promise<void>) => {
  const stream = eventStream(nats);
  const stopping = new AbortController();
  const tell = (message: JsMsg) => handOver(message, listener);
  const read = async (): Promise<void> =>
    readAll(await stream.durable(durableOf({ name, event }), settingsFor(event)), tell, stopping.signal);
  const running = (async () => {
    while (!stopping.signal.aborted && !nats.connection.isClosed()) {
      await read().catch(() => logger.warn(`${event} cannot be read at present`));
      await pause(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    stopping.abort();
    await within(stopMs, 'followers', running).catch(() => undefined);
  };
};

const durableOf = ({ name, event }: Pick<Follower, 'name' | 'event'>): string => `${name}-${event}`;

/** How many events the followers of that name have not dealt with, by the name under which NATS knows them. */
export const backlogOf = (nats: Nats): ((follower: Pick<Follower, 'name' | 'event'>) => Promise<number>) => {
  const stream = eventStream(nats);
  return (follower) => stream.backlog(durableOf(follower));
};

const settingsFor = (event: Follower['event']) => ({
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
  filter_subject: events[event].subject,
  ack_wait: nanos(listenerMs * 3),
  max_ack_pending: inFlight,
});

type Tell = (message: JsMsg) => Promise<void>;

const readAll = async (consumer: Consumer, tell: Tell, stopping: AbortSignal): Promise<void> => {
  while (!stopping.aborted) await readSome(consumer, tell, stopping);
};

/** Fetching batch by batch bounds what is worked on here; the next comes when this one is done with. */
const readSome = async (consumer: Consumer, tell: Tell, stopping: AbortSignal): Promise<void> => {
  const messages = await consumer.fetch({ max_messages: batch, expires: pollMs });
  const stop = (): void => void messages.close();
  stopping.addEventListener('abort', stop, { once: true });
  if (stopping.aborted) stop();
  const told: Promise<void>[] = [];
  for await (const message of messages) told.push(tell(message));
  stopping.removeEventListener('abort', stop);
  await Promise.all(told);
};

const handOver = async (message: JsMsg, listener: (event: PublishedEvent) => Promise<void>): Promise<void> => {
  const event = publishedEventSchema.safeParse(decode(message.data));
  // An event that is not in the table comes from a newer version.
  if (!event.success) {
    message.ack();
    return;
  }
  try {
    await within(listenerMs, event.data.event, listener(event.data));
    message.ack();
  } catch {
    const again = Math.min(retryMs * 2 ** (message.info.deliveryCount - 1), longestRetryMs);
    logger.warn(`${event.data.event} ${event.data.id} is handed over again`);
    message.nak(again);
  }
};
