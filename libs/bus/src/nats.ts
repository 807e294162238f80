import { connect, ErrorCode, Events, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { inboxPrefixOf, Unavailable, within, type Tracing } from '@portico/contracts';
import { smallStream, type EventStreamOptions } from './event-stream.js';
import { setTimeout as pause } from 'node:timers/promises';

/** One connection to NATS, shared by the calls, the handlers and the events of a process. */
export interface Nats {
  readonly connection: NatsConnection;
  /** Where its events are kept. */
  readonly events: EventStreamOptions;
  /** Where somebody traces. */
  readonly tracing?: Tracing | undefined;
  /** For readiness: false while NATS is away; the connection comes back by itself. */
  isConnected(): boolean;
  /** True while NATS is there and does not let this process in: another one may have the right password. */
  isRefused(): boolean;
  /**
   * Resolves at once, or when NATS is back.
   * @throws Unavailable it is still away after so many milliseconds
   */
  whenConnected(deadlineMs: number): Promise<void>;
  /** How often it has come back; what was on its way at such a time may be lost. */
  reconnects(): number;
  /** Sends what is still waiting to be sent, then disconnects. */
  close(): Promise<void>;
}

interface NatsOptions {
  readonly url: string;
  /** What this process is; the server's monitoring shows it, and its answers come under it. */
  readonly name: string;
  /** How long to go on trying to reach a NATS that is not up yet. */
  readonly deadlineMs?: number;
  readonly tracing?: Tracing | undefined;
  readonly events?: EventStreamOptions | undefined;
}

const retryMs = 250;
const attemptMs = 2_000;
const closeMs = 2_000;

/**
 * Connects to NATS, and from then on reconnects for ever.
 * @throws Unavailable NATS cannot be reached before the deadline
 */
export const connectNats = async (options: NatsOptions): Promise<Nats> => {
  const { url, name, deadlineMs = 30_000, tracing, events = smallStream } = options;
  const giveUpAt = Date.now() + deadlineMs;
  for (;;) {
    try {
      return { ...watched(await connect({ ...addressOf(url), ...patience, ...namesOf(name) })), tracing, events };
    } catch (cause) {
      if (Date.now() + retryMs > giveUpAt) throw new Unavailable('NATS cannot be reached', { cause });
      await pause(retryMs);
    }
  }
};

const patience: ConnectionOptions = {
  timeout: attemptMs,
  maxReconnectAttempts: -1,
  reconnectTimeWait: retryMs,
  reconnectJitter: retryMs,
  ignoreAuthErrorAbort: true,
  pingInterval: 10_000,
  // A stack trace kept for every request costs more than the request.
  noAsyncTraces: true,
};

/** A service that may subscribe under its own prefix alone cannot read what another one is answered. */
const namesOf = (name: string): ConnectionOptions => ({ name: `portico-${name}`, inboxPrefix: inboxPrefixOf(name) });

/** The client reads neither user nor password from a URL. */
const addressOf = (url: string): ConnectionOptions => {
  const { protocol, host, username, password } = new URL(url);
  return {
    servers: host,
    ...(username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : {}),
    ...(protocol === 'tls:' ? { tls: {} } : {}),
  };
};

const watched = (connection: NatsConnection): Omit<Nats, 'events'> => {
  let connected = true;
  let refused = false;
  let reconnects = 0;
  const waiting = new Set<() => void>();
  void onStatus(connection, (change) => {
    if (change === 'refused') {
      refused = true;
      return;
    }
    connected = change === 'back';
    if (!connected) return;
    refused = false;
    reconnects += 1;
    waiting.forEach((resume) => resume());
  });
  return {
    connection,
    isConnected: () => connected && !connection.isClosed(),
    isRefused: () => refused,
    reconnects: () => reconnects,
    whenConnected: async (deadlineMs) => {
      if (connected) return;
      let resume = (): void => undefined;
      const back = new Promise<void>((resolve) => (resume = resolve));
      waiting.add(resume);
      await within(deadlineMs, 'NATS', back).finally(() => waiting.delete(resume));
    },
    close: async () => {
      // A flush never ends while NATS is away.
      if (connected) await within(closeMs, 'NATS', connection.flush()).catch(() => undefined);
      await connection.close();
    },
  };
};

type Change = 'away' | 'back' | 'refused';

const onStatus = async (connection: NatsConnection, changed: (change: Change) => void): Promise<void> => {
  const logger = new Logger('Nats');
  for await (const { type, data } of connection.status()) {
    if (type === Events.Disconnect) logger.warn('disconnected');
    if (type === Events.Reconnect) logger.log('reconnected');
    if (type === Events.Error) logger.error(`refused: ${JSON.stringify(data)}`);
    if (type === Events.Disconnect) changed('away');
    if (type === Events.Reconnect) changed('back');
    if (type === Events.Error && keepsOut.includes(data)) changed('refused');
  }
};

/** Of what NATS refuses: the whole connection, and not one subject. */
const keepsOut: readonly unknown[] = [
  ErrorCode.AuthorizationViolation,
  ErrorCode.AuthenticationExpired,
  ErrorCode.AccountExpired,
];
