import type { Consumer, JsMsg } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { publishedEventSchema, within, type PublishedEvent } from '@portico/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { eventStream } from './event-stream.js';
import type { Nats } from './nats.js';
import { decode } from './wire.js';

/** Does something about one event; the next one waits for it. */
export type Listener = (event: PublishedEvent) => Promise<void>;

interface Listening {
  /** Resolves when events are being read, or could not be at the first attempt: calls do not wait for events. */
  readonly started: Promise<void>;
  stop(): Promise<void>;
}

const retryMs = 1_000;
/** So long may an event stay unseen that was on its way when the connection broke. */
const pollMs = 5_000;
const batch = 100;
const listenerMs = 10_000;

const logger = new Logger('Events');

/** Reads the events from now on; those published while NATS was out of reach are read when it is back. */
export const listen = (nats: Nats, listener: Listener): Listening => {
  const stream = eventStream(nats);
  const stopping = new AbortController();
  let position: number | undefined;
  const open = async (): Promise<AsyncIterable<JsMsg>> => {
    const { consumer, after } = await stream.reader(position);
    position = after;
    return messagesOf(nats, consumer, stopping.signal);
  };
  const read = async (messages: AsyncIterable<JsMsg>): Promise<void> => {
    for await (const message of messages) {
      await tell(listener, message);
      position = message.seq;
    }
  };
  const lost = (): void => logger.warn('events cannot be read at present');
  const first = open();
  const running = (async () => {
    await first.then(read).catch(lost);
    while (!stopping.signal.aborted && !nats.connection.isClosed()) {
      await pause(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      await open().then(read).catch(lost);
    }
  })();
  return {
    started: first.then(
      () => undefined,
      () => undefined,
    ),
    stop: async () => {
      stopping.abort();
      await within(listenerMs, 'events', running).catch(() => undefined);
    },
  };
};

/** Ends where a message may have been lost. Fetching batch by batch bounds what waits here. */
export async function* messagesOf(nats: Nats, consumer: Consumer, stopping: AbortSignal): AsyncGenerator<JsMsg> {
  const reconnects = nats.reconnects();
  let delivered = 0;
  while (!stopping.aborted && nats.reconnects() === reconnects) {
    const messages = await consumer.fetch({ max_messages: batch, expires: pollMs });
    const stop = (): void => void messages.close();
    stopping.addEventListener('abort', stop, { once: true });
    for await (const message of messages) {
      delivered += 1;
      if (message.info.deliverySequence !== delivered) return;
      yield message;
    }
    stopping.removeEventListener('abort', stop);
  }
}

const tell = async (listener: Listener, message: JsMsg): Promise<void> => {
  const event = publishedEventSchema.safeParse(decode(message.data));
  // An event that is not in the table comes from a newer version.
  if (!event.success) return;
  await within(listenerMs, event.data.event, listener(event.data)).catch(() =>
    logger.error(`${event.data.event} ${event.data.id} was not handled`),
  );
};
