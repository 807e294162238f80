import { randomUUID } from 'node:crypto';

/** A message, as every client library of NATS for JavaScript hands it over. */
export interface NatsMessage {
  readonly data: Uint8Array;
  readonly reply?: string;
  readonly headers?: { readonly code: number; get(name: string): string };
}

/** What is used of the caller's connection to NATS; it stays the caller's. */
export interface NatsConnection {
  request(subject: string, data: Uint8Array, options: { timeout: number }): Promise<NatsMessage>;
  publish(subject: string, data?: Uint8Array): void;
  /** Resolves when the server has answered, after everything that it had sent before. */
  flush(): Promise<void>;
  subscribe(
    subject: string,
    options: { callback: (error: Error | null, message: NatsMessage) => void },
  ): { unsubscribe(): void; isClosed(): boolean };
}

/** What a stream keeps; the times in seconds since the epoch. */
export interface StreamState {
  /** When it was made: another stream of that name has another time. */
  readonly made: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** What was published from here on is kept. */
  readonly keptSince: number;
}

/** A message of a stream, and where it stands. */
export interface StreamMessage {
  readonly sequence: number;
  /** When it was published, in seconds since the epoch. */
  readonly at: number;
  readonly value: unknown;
}

interface StreamInfo {
  readonly created: string;
  readonly state: {
    readonly first_seq: number;
    readonly last_seq: number;
    readonly first_ts: string;
    readonly last_ts: string;
    readonly messages: number;
  };
}

const answerMs = 2_000;
const idleMs = 500;
/** So long a reader that hears nothing goes on. */
const silenceMs = 2_000;

/** What the bytes say, or nothing where they are no JSON. */
export const decoded = (data: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(data));
  } catch {
    return undefined;
  }
};

/** A stream, and under which name the JetStream is asked that has it. */
export interface StreamPlace {
  readonly stream: string;
  /** `$JS.API`, or `$JS.<domain>.API` from a leaf node. */
  readonly api: string;
}

const ask = async (connection: NatsConnection, subject: string, question: object): Promise<unknown> => {
  const data = new TextEncoder().encode(JSON.stringify(question));
  const answer = decoded((await connection.request(subject, data, { timeout: answerMs })).data);
  if (typeof answer !== 'object' || answer === null || 'error' in answer)
    throw new Error(`JetStream refused ${subject}`);
  return answer;
};

/** A stream as it is now. */
export const streamState = async (connection: NatsConnection, { stream, api }: StreamPlace): Promise<StreamState> => {
  const { created, state } = (await ask(connection, `${api}.STREAM.INFO.${stream}`, {})) as StreamInfo;
  // An empty stream that was not always empty tells when its last message came.
  const kept = state.first_seq <= 1 ? created : state.messages > 0 ? state.first_ts : state.last_ts;
  return {
    made: created,
    firstSequence: state.first_seq,
    lastSequence: state.last_seq,
    keptSince: Math.ceil(Date.parse(kept) / 1000),
  };
};

// The subject of the acknowledgement tells which message it is: as NATS wrote it before 2.11, and since with two more names.
const placeOf = (reply = '') => {
  const names = reply.split('.');
  const [delivered = '', sequence = '', inReading = '', nanoseconds = ''] = names.slice(names.length > 9 ? 6 : 4);
  return {
    delivered: Number(delivered),
    sequence: Number(sequence),
    inReading: Number(inReading),
    at: Number(nanoseconds) / 1e9,
  };
};

/** What is read of a stream, and after which message it begins. */
export interface Reading extends StreamPlace {
  readonly after: number;
  /** Under which the connection may subscribe to answers. */
  readonly inboxPrefix: string;
  readonly take: (message: StreamMessage) => void;
  readonly signal: AbortSignal;
}

/** Has the messages pushed, in order; ends where one may have been missed, or is told to. */
export const readStream = async (connection: NatsConnection, reading: Reading): Promise<void> => {
  const inbox = `${reading.inboxPrefix}.${randomUUID().replaceAll('-', '')}`;
  const ending = new AbortController();
  const end = (): void => ending.abort();
  let heardAt = performance.now();
  const hear = listener(connection, reading, end);
  const subscription = connection.subscribe(inbox, {
    callback: (error, message) => {
      heardAt = performance.now();
      if (error) end();
      else if (!ending.signal.aborted) hear(message);
    },
  });
  const watch = setInterval(() => {
    if (performance.now() - heardAt > silenceMs) end();
  }, idleMs);
  reading.signal.addEventListener('abort', end, { once: true });
  try {
    const name = `reader-${randomUUID()}`;
    const subject = `${reading.api}.CONSUMER.CREATE.${reading.stream}.${name}`;
    await ask(connection, subject, consumerOf(reading, { name, inbox }));
    if (!ending.signal.aborted && !reading.signal.aborted)
      await new Promise((resolve) => ending.signal.addEventListener('abort', resolve, { once: true }));
  } finally {
    clearInterval(watch);
    reading.signal.removeEventListener('abort', end);
    if (!subscription.isClosed()) subscription.unsubscribe();
  }
};

const consumerOf = (
  { stream, after }: Reading,
  { name, inbox }: { readonly name: string; readonly inbox: string },
) => ({
  stream_name: stream,
  // Permissions go by the name that stands in the subject; NATS holds the two together.
  config: {
    name,
    deliver_subject: inbox,
    deliver_policy: 'by_start_sequence',
    opt_start_seq: after + 1,
    ack_policy: 'none',
    replay_policy: 'instant',
    // What is on its way is bounded.
    flow_control: true,
    idle_heartbeat: idleMs * 1e6,
    mem_storage: true,
    num_replicas: 1,
  },
});

/** Takes each message once and in order; a gap ends the reading. */
const listener = (connection: NatsConnection, { take }: Reading, end: () => void) => {
  let last = 0;
  return ({ data, reply, headers }: NatsMessage): void => {
    if (headers?.code === 100) {
      const stalled = reply ?? headers.get('Nats-Consumer-Stalled');
      if (stalled) connection.publish(stalled);
      const told = headers.get('Nats-Last-Consumer');
      if (told && Number(told) !== last) end();
      return;
    }
    const { inReading, sequence, at } = placeOf(reply);
    if (inReading !== last + 1) {
      end();
      return;
    }
    last = inReading;
    take({ sequence, at: Math.ceil(at), value: decoded(data) });
  };
};
