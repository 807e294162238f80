import {
  AckPolicy,
  DeliverPolicy,
  nanos,
  NatsError,
  RetentionPolicy,
  type Consumer,
  type JetStreamManager,
  type NatsConnection,
} from '@nats-io/transport-node';
import type { PublishedEvent } from '@portico/contracts';
import { encode } from './wire.js';

const name = 'PORTICO_EVENTS';
const answerMs = 2_000;
const hourMs = 3_600_000;

/** What a service that was away can still replay, and for how long the same id is known as a repetition. */
const settings = {
  name,
  subjects: ['oidc.v1.event.>'],
  retention: RetentionPolicy.Limits,
  max_age: nanos(24 * hourMs),
  max_bytes: 256 * 1024 * 1024,
  duplicate_window: nanos(hourMs / 6),
};

interface EventStream {
  publish(subject: string, event: PublishedEvent): Promise<void>;
  /** A reader of what comes after `sequence`, or after now; says where it really begins. */
  reader(sequence: number | undefined): Promise<{ consumer: Consumer; after: number }>;
}

/** The stream that keeps the events for services that were away; made by whoever needs it first. */
export const eventStream = (connection: NatsConnection): EventStream => {
  const jetstream = connection.jetstream({ timeout: answerMs });
  let made: Promise<JetStreamManager> | undefined;
  // A NATS that lost its disk has lost the stream too: after a failure it is made anew.
  const withStream = async <Result>(act: (manager: JetStreamManager) => Promise<Result>): Promise<Result> => {
    try {
      return await act(await (made ??= makeStream(connection)));
    } catch (error) {
      made = undefined;
      throw error;
    }
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
        const created = await manager.consumers.add(name, consumerFrom(after + 1));
        return { consumer: await jetstream.consumers.get(name, created.name), after };
      }),
  };
};

const consumerFrom = (sequence: number) => ({
  ack_policy: AckPolicy.None,
  deliver_policy: DeliverPolicy.StartSequence,
  opt_start_seq: sequence,
  inactive_threshold: nanos(60_000),
});

const makeStream = async (connection: NatsConnection): Promise<JetStreamManager> => {
  const manager = await connection.jetstreamManager({ timeout: answerMs, checkAPI: false });
  await manager.streams.add(settings).catch((error: unknown) => {
    if (!isThereWithOtherSettings(error)) throw error;
  });
  return manager;
};

/** The operator may have changed the limits; they stay. */
const isThereWithOtherSettings = (error: unknown): boolean =>
  error instanceof NatsError && error.api_error?.err_code === 10_058;
