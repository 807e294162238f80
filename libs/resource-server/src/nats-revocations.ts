import {
  earlier,
  msSince,
  retentionSeconds,
  revocationIndex,
  roundTrips,
  type Moment,
  type RevocationIndex,
} from '#revocation';
import { setTimeout as pause } from 'node:timers/promises';
import {
  decoded,
  readStream,
  streamState,
  type NatsConnection,
  type StreamMessage,
  type StreamPlace,
} from './nats-reader.js';
import { newProgress, type Drained, type Progress } from './progress.js';
import { factOf, type RevocationSource } from './revocation-source.js';

/** How revocations are followed over NATS. */
export interface NatsRevocationsOptions {
  /** Current for so long after everything was known. Standard: 1000. */
  readonly staleAfterMs?: number;
  /** Standard: PORTICO_EVENTS. */
  readonly stream?: string;
  /** The domain of JetStream that has the stream, where NATS is a leaf node of it. Standard: that of NATS itself. */
  readonly domain?: string;
  /** Under which the connection may subscribe to answers. Standard: _INBOX. */
  readonly inboxPrefix?: string;
  /** Standard: an index of its own that keeps 250 000 names at most. */
  readonly index?: RevocationIndex;
}

const drainedSubject = 'oidc.v1.relay.drained';
const retryMs = 250;
const forgetEveryMs = 60_000;

/**
 * Follows what is revoked over the caller's connection to NATS: the stream of events from its beginning, and what the
 * relay says of how far it is. Closing it leaves the connection open.
 * @see RFC 7009 §2.1
 */
export const natsRevocations = (connection: NatsConnection, options: NatsRevocationsOptions = {}): RevocationSource => {
  const { staleAfterMs = 1000, inboxPrefix = '_INBOX', index = revocationIndex() } = options;
  const place = placeOf(options);
  const progress = newProgress();
  const trips = roundTrips(() => connection.flush());
  const closing = new AbortController();
  let missing = new AbortController();
  const beats = connection.subscribe(drainedSubject, {
    callback: (error, message) => {
      const drained = error ? undefined : drainedOf(decoded(message.data), trips.answeredAt());
      if (drained && !progress.told(drained)) missing.abort();
    },
  });
  const running = (async () => {
    while (!closing.signal.aborted) {
      missing = new AbortController();
      const signal = AbortSignal.any([closing.signal, missing.signal]);
      // While it fails, the staleness tells.
      await readOn({ connection, ...place, inboxPrefix, index, progress }, signal).catch(() => undefined);
      await pause(retryMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();
  const forget = (): void => index.forget(Math.floor(Date.now() / 1000) - retentionSeconds);
  const forgetting = setInterval(forget, forgetEveryMs).unref();
  const stalenessMs = (): number => msSince(progress.knownAt());
  return {
    holds: (token) => index.holds(token),
    stalenessMs,
    isCurrent: () => stalenessMs() <= staleAfterMs,
    close: async () => {
      closing.abort();
      clearInterval(forgetting);
      trips.stop();
      if (!beats.isClosed()) beats.unsubscribe();
      await running;
    },
  };
};

const placeOf = ({ stream = 'PORTICO_EVENTS', domain }: NatsRevocationsOptions): StreamPlace => ({
  stream,
  api: domain === undefined ? '$JS.API' : `$JS.${domain}.API`,
});

interface Follower extends StreamPlace {
  readonly connection: NatsConnection;
  readonly inboxPrefix: string;
  readonly index: RevocationIndex;
  readonly progress: Progress;
}

/** Reads on where the last reading ended, or anew where something in between is gone. */
const readOn = async (follower: Follower, signal: AbortSignal): Promise<void> => {
  const { connection, stream, api, inboxPrefix, index, progress } = follower;
  const state = await streamState(connection, { stream, api });
  const goesOn =
    state.made === progress.stream() &&
    state.lastSequence >= progress.position() &&
    state.firstSequence <= progress.position() + 1;
  if (!goesOn) index.completeFrom(state.keptSince);
  const after = Math.max(goesOn ? progress.position() : 0, state.firstSequence - 1);
  progress.opened(state.made, after);
  const take = ({ sequence, at, value }: StreamMessage): void => {
    // What was removed in between was published before this one.
    if (sequence !== progress.position() + 1) index.completeFrom(at);
    const fact = factOf(value);
    if (fact) index.add(fact);
    progress.reached(sequence);
  };
  await readStream(connection, { stream, api, inboxPrefix, after, take, signal });
};

const drainedOf = (value: unknown, sentAfter: Moment): Drained | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { sequence, stream, ageMs } = value as Partial<Record<string, unknown>>;
  if (typeof sequence !== 'number' || typeof stream !== 'string' || typeof ageMs !== 'number') return undefined;
  return { sequence, stream, lookedAt: earlier(sentAfter, Math.max(0, ageMs)) };
};
