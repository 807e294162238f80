import { connect, Events, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { Unavailable, within } from '@portico/contracts';
import { setTimeout as pause } from 'node:timers/promises';

/** One connection to NATS, shared by the calls, the handlers and the events of a process. */
export interface Nats {
  readonly connection: NatsConnection;
  /** For readiness: false while NATS is away; the connection comes back by itself. */
  isConnected(): boolean;
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
  /** What the server's monitoring calls this process. */
  readonly name: string;
  /** How long to go on trying to reach a NATS that is not up yet. */
  readonly deadlineMs?: number;
}

const retryMs = 250;
const attemptMs = 2_000;
const closeMs = 2_000;

/**
 * Connects to NATS, and from then on reconnects for ever.
 * @throws Unavailable NATS cannot be reached before the deadline
 */
export const connectNats = async ({ url, name, deadlineMs = 30_000 }: NatsOptions): Promise<Nats> => {
  const giveUpAt = Date.now() + deadlineMs;
  for (;;) {
    try {
      return watched(await connect({ ...addressOf(url), ...patience, name }));
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

/** The client reads neither user nor password from a URL. */
const addressOf = (url: string): ConnectionOptions => {
  const { protocol, host, username, password } = new URL(url);
  return {
    servers: host,
    ...(username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : {}),
    ...(protocol === 'tls:' ? { tls: {} } : {}),
  };
};

const watched = (connection: NatsConnection): Nats => {
  let connected = true;
  let reconnects = 0;
  const waiting = new Set<() => void>();
  void onStatus(connection, (isUp) => {
    connected = isUp;
    if (!isUp) return;
    reconnects += 1;
    waiting.forEach((resume) => resume());
  });
  return {
    connection,
    isConnected: () => connected && !connection.isClosed(),
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

const onStatus = async (connection: NatsConnection, changed: (isUp: boolean) => void): Promise<void> => {
  const logger = new Logger('Nats');
  for await (const { type, data } of connection.status()) {
    if (type === Events.Disconnect) logger.warn('disconnected');
    if (type === Events.Reconnect) logger.log('reconnected');
    if (type === Events.Error) logger.error(`refused: ${JSON.stringify(data)}`);
    if (type === Events.Disconnect || type === Events.Reconnect) changed(type === Events.Reconnect);
  }
};
