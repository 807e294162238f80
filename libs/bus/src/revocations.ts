import type { JsMsg } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import {
  drainedSchema,
  drainedSubject,
  factSchema,
  publishedEventSchema,
  revokedSubject,
  within,
  type Fact,
} from '@portico/contracts';
import {
  isRevocation,
  retentionSeconds,
  revocationIndex,
  roundTrips,
  type RevocationIndex,
  type TokenName,
  type TokenState,
} from '@portico/revocation';
import { setTimeout as pause } from 'node:timers/promises';
import { currency, type Currency } from './currency.js';
import { eventStream, type StreamState } from './event-stream.js';
import { messagesOf } from './listen.js';
import type { Nats } from './nats.js';
import { decode, encode } from './wire.js';

/** What was revoked, as this process has read it from the stream of events. */
export interface RevocationFeed {
  /** `revoked` for certain, `live` while it is current and goes far enough back; else `unknown`: ask the store. */
  holds(token: TokenName): TokenState;
  /** So old is what it knows, in milliseconds; undefined while it is not current. */
  stalenessMs(): number | undefined;
  readonly size: number;
  /** Tells every instance at once; the event follows, also where nobody has heard this. */
  readonly tell: (fact: Fact) => Promise<void>;
  stop(): Promise<void>;
}

export interface FeedOptions {
  /** It is current for so long after the relay has said that everything is published. */
  readonly staleAfterMs: () => number;
  /** So many names are known by heart at most; of what was before those the store is asked. */
  readonly maxEntries?: number;
  readonly index?: RevocationIndex;
}

const retryMs = 250;
const tellMs = 100;
const stopMs = 5_000;
const forgetEveryMs = 60_000;

const logger = new Logger('Revocations');

/** Reads the events from where the stream begins, and then as they come, in each instance. */
export const followRevocations = (
  nats: Nats,
  { staleAfterMs, maxEntries, index = revocationIndex(maxEntries === undefined ? {} : { maxEntries }) }: FeedOptions,
): RevocationFeed => {
  const current = currency(nats, staleAfterMs);
  const trips = roundTrips(() => nats.connection.flush());
  const stopping = new AbortController();
  const beats = nats.connection.subscribe(drainedSubject, {
    callback: (error, message) => {
      const told = error ? undefined : drainedSchema.safeParse(decode(message.data)).data;
      if (told) current.told(told, trips.answeredAt());
    },
  });
  const told = nats.connection.subscribe(revokedSubject, {
    callback: (error, message) => {
      const fact = error ? undefined : factSchema.safeParse(decode(message.data)).data;
      if (fact && isRevocation(fact)) index.add(fact);
    },
  });
  const read = reader(nats, { index, current });
  const running = (async () => {
    while (!stopping.signal.aborted && !nats.connection.isClosed()) {
      await read(stopping.signal).catch(() => logger.warn('revocations cannot be read at present: the store is asked'));
      await pause(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  const forget = (): void => index.forget(Math.floor(Date.now() / 1000) - retentionSeconds);
  const forgetting = setInterval(forget, forgetEveryMs).unref();
  return {
    holds: (token) => {
      const state = index.holds(token);
      return state === 'live' && current.stalenessMs() === undefined ? 'unknown' : state;
    },
    stalenessMs: current.stalenessMs,
    get size() {
      return index.size;
    },
    tell: async (fact) => {
      if (!nats.isConnected()) return;
      nats.connection.publish(revokedSubject, encode(fact));
      // What NATS has taken comes to each instance before any request that is sent from now on.
      await within(tellMs, 'revoked', nats.connection.flush()).catch(() => undefined);
    },
    stop: async () => {
      stopping.abort();
      clearInterval(forgetting);
      trips.stop();
      for (const subscription of [beats, told]) if (!subscription.isClosed()) subscription.unsubscribe();
      await within(stopMs, 'revocations', running).catch(() => undefined);
    },
  };
};

/** Reads until something may have been missed; the next reading goes on from there. */
const reader = (nats: Nats, { index, current }: { index: RevocationIndex; current: Currency }) => {
  const stream = eventStream(nats);
  const take = (message: JsMsg): void => {
    // What has been removed in between was published before this one.
    if (message.seq !== current.position() + 1) index.completeFrom(Math.ceil(message.info.timestampNanos / 1e9));
    const event = publishedEventSchema.safeParse(decode(message.data));
    // An event that is not in the table comes from a newer version.
    if (event.success && isRevocation(event.data)) index.add(event.data);
    current.reached(message.seq);
  };
  return async (stopping: AbortSignal): Promise<void> => {
    const state = await stream.state();
    if (goesOnFrom(state, current)) current.opened(state.stream, Math.max(current.position(), state.firstSequence - 1));
    else {
      index.completeFrom(state.keptSince);
      current.opened(state.stream, Math.max(0, state.firstSequence - 1));
    }
    const ending = AbortSignal.any([stopping, current.lost()]);
    for await (const message of messagesOf(nats, await stream.readerAfter(current.position()), ending)) {
      take(message);
      if (ending.aborted) return;
    }
  };
};

/** The same stream, and nothing removed from it that was not read. */
const goesOnFrom = ({ stream, firstSequence, lastSequence }: StreamState, current: Currency): boolean =>
  stream === current.stream() && lastSequence >= current.position() && firstSequence <= current.position() + 1;
