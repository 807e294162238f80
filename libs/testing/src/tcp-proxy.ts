import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What happens to what passes: each answer takes longer, or connections are accepted and nothing passes either way. */
export type Weather = 'fair' | { readonly delayMs: number } | 'silent';

/** A way to a server that can be made bad. */
export interface TcpProxy {
  readonly port: number;
  /** What was silent breaks when that ends: nothing that was lost comes after it. */
  set(weather: Weather): void;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 and passes everything on to a port there. */
export const tcpProxy = async (target: number): Promise<TcpProxy> => {
  const sockets = new Set<Socket>();
  let weather: Weather = 'fair';
  const join = (from: Socket, to: Socket, delayMs: () => number): void => {
    const pass = inOrder();
    const through = (act: () => unknown) => pass(delayMs(), () => weather === 'silent' || act());
    sockets.add(from.setNoDelay());
    from.on('data', (bytes) => through(() => to.write(bytes)));
    from.on('end', () => through(() => to.end()));
    from.on('close', () => sockets.delete(from));
    from.on('error', () => to.destroy());
  };
  const listener = createServer({ allowHalfOpen: true }, (client) => {
    const server = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    join(client, server, () => 0);
    join(server, client, () => delayIn(weather));
  });
  const breakAll = (): void => sockets.forEach((socket) => void socket.destroy());
  return {
    port: await listen(listener),
    set: (next) => {
      if (weather === 'silent') breakAll();
      weather = next;
    },
    close: async () => {
      breakAll();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
};

const delayIn = (weather: Weather): number => (typeof weather === 'object' ? weather.delayMs : 0);

/** What is late holds up what comes after it. */
const inOrder = (): ((delayMs: number, act: () => unknown) => void) => {
  let before: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return (delayMs, act) => {
    if (delayMs === 0 && waiting === 0) return void act();
    waiting += 1;
    const due = pause(delayMs);
    before = before
      .then(() => due)
      .then(act)
      .finally(() => (waiting -= 1));
  };
};

const listen = (listener: Server): Promise<number> =>
  new Promise((resolve) => {
    listener.listen(0, '127.0.0.1', () => resolve((listener.address() as AddressInfo).port));
  });
