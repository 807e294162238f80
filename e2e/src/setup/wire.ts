import { connect, createServer, type Socket } from 'node:net';

/** Hears what is said over a port: each message of HTTP, either way. */
export type Hear = (message: string) => void;

/** What stands at a port. */
export interface Wire {
  /** Ends when every connection has; whatever was said has been heard then. */
  end(): Promise<void>;
}

/** Says what was said when the other side begins to speak, and at the end: a message is never heard in parts. */
const transcript = (hear: Hear) => {
  let side = '';
  let said: Buffer[] = [];
  const tell = (): void => {
    if (said.length > 0) hear(Buffer.concat(said).toString());
    said = [];
  };
  return {
    /** Answers how long the message is so far. */
    add: (speaker: string, chunk: Buffer): number => {
      if (speaker !== side) tell();
      side = speaker;
      said.push(chunk);
      return said.reduce((length, { byteLength }) => length + byteLength, 0);
    },
    tell,
  };
};

const lingerMs = 1_000;
const longBytes = 64 * 1024;
const slowMs = 50;
const halfOpen = { allowHalfOpen: true, noDelay: true };

/** Stands at a port in front of another one, byte for byte, and hears everything. */
export const listenBetween = async (port: number, behind: number, hear: Hear): Promise<Wire> => {
  const open = new Set<ReturnType<typeof transcript>>();
  const server = createServer(halfOpen, (outside) => {
    const inside = connect({ port: behind, host: '127.0.0.1', ...halfOpen });
    const heard = transcript(hear);
    open.add(heard);
    ask(outside, inside, (chunk) => heard.add('outside', chunk));
    // The other side is told by the close that follows.
    for (const socket of [outside, inside]) socket.on('error', () => undefined);
    inside.on('data', (chunk: Buffer) => void heard.add('inside', chunk)).pipe(outside);
    outside.once('close', () => inside.destroySoon());
    inside.once('close', () => {
      hangUp(outside);
      heard.tell();
      open.delete(heard);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  // It ends with the process that started it, at the latest.
  server.unref();
  return {
    end: async () => {
      await new Promise((resolve) => server.close(resolve));
      for (const heard of open) heard.tell();
    },
  };
};

/**
 * Forwards what is asked. A message that is longer than any that is taken goes slowly: it is answered and hung up on before
 * its end, and to write into a connection that has ended would lose the answer, unless that has been read.
 */
const ask = (outside: Socket, inside: Socket, hear: (chunk: Buffer) => number): void => {
  outside.on('data', (chunk: Buffer) => {
    outside.pause();
    const goOn = () => inside.write(chunk, () => outside.resume());
    if (hear(chunk) > longBytes) setTimeout(() => setImmediate(goOn), slowMs);
    else setImmediate(goOn);
  });
  outside.once('end', () => inside.end());
};

/** Whoever still sends may read first what was answered before. */
const hangUp = (outside: Socket): void => {
  outside.resume().end();
  setTimeout(() => outside.destroy(), lingerMs).unref();
};
