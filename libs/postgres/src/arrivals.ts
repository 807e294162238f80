import { within } from '@portico/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { faultOf } from './fault.js';

const heartbeatMs = 10_000;
const retryMs = 500;
const closeMs = 1000;

/**
 * Listens on a connection of its own and, when that is lost, on a new one; calls once after each connect, since nobody
 * knows what was missed.
 */
export const arrivals = async (connection: ClientConfig, onArrival: () => void): Promise<() => Promise<void>> => {
  const stopping = new AbortController();
  let current = await listen(connection, onArrival);
  const keep = async () => {
    while (!stopping.signal.aborted) {
      await untilLost(current, stopping.signal);
      await close(current);
      current = await listenAgain(connection, onArrival, stopping.signal);
    }
  };
  const kept = keep().catch(() => undefined); // stopped while it waited
  return async () => {
    stopping.abort();
    await kept;
    await close(current);
  };
};

const listen = async (connection: ClientConfig, onArrival: () => void): Promise<Client> => {
  const client = new Client(connection);
  client.on('error', () => undefined); // `untilLost` finds out
  client.on('notification', onArrival);
  try {
    await client.connect();
    await client.query('LISTEN portico_outbox');
  } catch (error) {
    await close(client);
    throw faultOf(error, 'listen');
  }
  onArrival();
  return client;
};

const listenAgain = async (connection: ClientConfig, onArrival: () => void, signal: AbortSignal): Promise<Client> => {
  for (;;) {
    await pause(retryMs, undefined, { signal });
    const client = await listen(connection, onArrival).catch(() => undefined);
    if (client) return client;
  }
};

/** The connection ends, or does not answer any more. */
const untilLost = async (client: Client, signal: AbortSignal): Promise<void> => {
  const lost = new AbortController();
  client.once('end', () => lost.abort());
  const woken = AbortSignal.any([lost.signal, signal]);
  try {
    for (;;) {
      await pause(heartbeatMs, undefined, { signal: woken, ref: false });
      await client.query('SELECT 1');
    }
  } catch {
    signal.throwIfAborted();
  }
};

const close = async (client: Client): Promise<void> => {
  client.removeAllListeners('notification');
  await within(closeMs, 'close', client.end()).catch(() => undefined);
};
