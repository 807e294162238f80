import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { isReady } from './instances.js';

/** What stands before the gateways. */
export interface Front {
  readonly port: number;
  /** A gateway that is ready, and is asked from now on whether it still is; answers how to leave it out again. */
  add(url: string): () => void;
  close(): Promise<void>;
}

const probeMs = 200;

/**
 * Does what a Service of Kubernetes does, and no more: a new connection goes to one of the gateways that said a moment ago
 * that they are ready, and stays with it to its end. Nothing is sent a second time, and nobody else is tried.
 */
export const openFront = async (port: number): Promise<Front> => {
  const gateways = new Map<string, boolean>();
  const sockets = new Set<Socket>();
  let turn = 0;
  const server = createServer((client) => {
    const ready = [...gateways].filter(([, isReady]) => isReady).map(([url]) => new URL(url));
    const to = ready[(turn += 1) % ready.length];
    if (to) join(client, connect(Number(to.port), to.hostname), sockets);
    else client.destroy();
  });
  const probes = setInterval(() => {
    for (const url of gateways.keys()) void isReady(url).then((is) => gateways.has(url) && gateways.set(url, is));
  }, probeMs);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    add: (url) => {
      gateways.set(url, true);
      return () => void gateways.delete(url);
    },
    close: async () => {
      clearInterval(probes);
      sockets.forEach((socket) => socket.destroy());
      await closed(server);
    },
  };
};

const join = (client: Socket, gateway: Socket, sockets: Set<Socket>): void => {
  for (const [one, other] of [
    [client, gateway],
    [gateway, client],
  ] as const) {
    sockets.add(one);
    one.setNoDelay(true).pipe(other);
    one
      .on('error', () => other.destroy())
      .on('close', () => {
        sockets.delete(one);
        other.end();
      });
  }
};

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
