import {
  AckPolicy,
  DeliverPolicy,
  nanos,
  NatsError,
  RetentionPolicy,
  type Consumer,
  type ConsumerConfig,
  type JetStreamManager,
  type StreamInfo,
} from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { PublishedEvent } from '@portico/contracts';
import type { Nats } from './nats.js';
import { encode } from './wire.js';

const name = 'PORTICO_EVENTS';
const answerMs = 2_000;
const logger = new Logger('Events');

/** For so long the same id is known as a repetition. */
const repetitionMs = 600_000;

/** Where the events are kept, and how much of them a service that was away can still replay. */
export interface EventStreamOptions {
  /** The domain of JetStream that has the stream; absent: that of the server. */
  readonly domain?: string | undefined;
  /** These hold when it is made; then it is the operator's. */
  readonly maxBytes: number;
  readonly maxAgeSeconds: number;
}

/** Little enough for any disk. */
export const smallStream: EventStreamOptions = { maxBytes: 256 * 1024 * 1024, maxAgeSeconds: 86_400 };

const settingsOf = ({ maxBytes, maxAgeSeconds }: EventStreamOptions) => ({
  name,
  subjects: ['oidc.v1.event.>'],
  retention: RetentionPolicy.Limits,
  max_age: nanos(maxAgeSeconds * 1000),
  max_bytes: maxBytes,
  // A reader for each process; whoever makes them without end must not take the memory of NATS.
  max_consumers: 1_000,
  duplicate_window: nanos(repetitionMs),
});

interface EventStream {
  publish(subject: string, event: PublishedEvent): Promise<void>;
  /** A reader of what comes after `sequence`, or after now; says where it really begins. */
  reader(sequence: number | undefined): Promise<{ consumer: Consumer; after: number }>;
  /** As it is now. */
  state(): Promise<StreamState>;
  /** A reader of what comes after `sequence`. */
  readerAfter(sequence: number): Promise<Consumer>;
  /** How many events a durable reader has not read or not acknowledged. */
  backlog(name: string): Promise<number>;
  /** The one reader of that name, which goes on where it was. */
  durable(name: string, consumer: Partial<ConsumerConfig>): Promise<Consumer>;
}

/** What the stream keeps; the times in seconds since the epoch. */
export interface StreamState {
  /** When it was made, as NATS writes it: another stream of that name has another time. */
  readonly stream: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** What was published from here on is kept. */
  readonly keptSince: number;
}

/** The stream that keeps the events for services that were away; made by whoever needs it first and may. */
export const eventStream = (nats: Pick<Nats, 'connection' | 'events'>): EventStream => {
  const jetstream = nats.connection.jetstream({ timeout: answerMs, ...domainOf(nats.events) });
  let made: Promise<JetStreamManager> | undefined;
  const rights = { mayMake: true };
  // A NATS that lost its disk has lost the stream too: after a failure it is made anew.
  const withStream = async <Result>(act: (manager: JetStreamManager) => Promise<Result>): Promise<Result> => {
    try {
      return await act(await (made ??= makeStream(nats, rights)));
    } catch (error) {
      made = undefined;
      throw error;
    }
  };
  const readerAfter = async (manager: JetStreamManager, sequence: number): Promise<Consumer> => {
    const created = await manager.consumers.add(name, consumerFrom(sequence + 1));
    return jetstream.consumers.get(name, created.name);
  };
  return {
    publish: (subject, event) =>
      withStream(async () => {
        await jetstream.publish(subject, encode(event), { msgID: event.id, timeout: answerMs });
      }),
    reader: (sequence) =>
      withStream(async (manager) => {
        const { state } = await manager.streams.info(name);
        const after = sequence === undefined ? state.last_seq : sequence > state.last_seq ? 0 : sequence;
        return { consumer: await readerAfter(manager, after), after };
      }),
    state: () => withStream(async (manager) => stateOf(await manager.streams.info(name))),
    readerAfter: (sequence) => withStream((manager) => readerAfter(manager, sequence)),
    backlog: (durable) =>
      withStream(async (manager) => {
        const { num_pending: unread, num_ack_pending: unacknowledged } = await manager.consumers.info(name, durable);
        return unread + unacknowledged;
      }),
    durable: (durable, consumer) =>
      withStream(async (manager) => {
        await manager.consumers.add(name, { ...consumer, durable_name: durable });
        return jetstream.consumers.get(name, durable);
      }),
  };
};

const stateOf = ({ created, state }: StreamInfo): StreamState => {
  const { first_seq: firstSequence, last_seq: lastSequence, messages } = state;
  // An empty stream that was not always empty tells when its last message came.
  const kept = firstSequence <= 1 ? created : messages > 0 ? state.first_ts : state.last_ts;
  return {
    stream: created,
    firstSequence,
    lastSequence,
    keptSince: Math.ceil(Date.parse(kept) / 1000),
  };
};

const consumerFrom = (sequence: number) => ({
  // Permissions go by the name, and only the request with a name has it in its subject.
  name: `reader-${randomUUID()}`,
  ack_policy: AckPolicy.None,
  deliver_policy: DeliverPolicy.StartSequence,
  opt_start_seq: sequence,
  inactive_threshold: nanos(60_000),
});

/** As the client takes it: without the name where there is none. */
const domainOf = ({ domain }: EventStreamOptions) => (domain === undefined ? {} : { domain });

const makeStream = async (
  { connection, events }: Pick<Nats, 'connection' | 'events'>,
  rights: { mayMake: boolean },
): Promise<JetStreamManager> => {
  const manager = await connection.jetstreamManager({ timeout: answerMs, checkAPI: false, ...domainOf(events) });
  await manager.streams.info(name).catch(async (missing: unknown) => {
    if (!isMissing(missing) || !rights.mayMake) throw missing;
    await manager.streams.add(settingsOf(events)).catch((error: unknown) => {
      if (isThereWithOtherSettings(error)) return;
      // Who may only read tries once, and then waits for somebody who may make it.
      rights.mayMake = !isForbidden(error);
      if (error instanceof NatsError && error.api_error) logger.error(`no stream: ${error.api_error.description}`);
      throw error;
    });
  });
  return manager;
};

const isMissing = (error: unknown): boolean => error instanceof NatsError && error.api_error?.err_code === 10_059;

const isForbidden = (error: unknown): boolean => error instanceof NatsError && error.isPermissionError();

/** The operator may have changed the limits; they stay. */
const isThereWithOtherSettings = (error: unknown): boolean =>
  error instanceof NatsError && error.api_error?.err_code === 10_058;
