import { readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, spawnProcess, type Spawned } from '@portico/testing';
import { issuer, provider } from './provider.js';
import { secret } from './setup/declaration.js';

const root = new URL('../../', import.meta.url).pathname;

/** The example, as a process of its own. */
export interface Orders {
  readonly process: Spawned;
  get(token?: string, method?: 'GET' | 'POST'): Promise<{ status: number; challenge: string; body: unknown }>;
  isCurrent(): Promise<boolean>;
}

/** Starts the example as its readers would. */
export const startOrders = async (environment: Record<string, string>): Promise<Orders> => {
  const port = String(await freePort());
  const given = { PORT: port, ISSUER: issuer, AUDIENCE: 'basic', CLIENT_ID: 'second', CLIENT_SECRET: secret };
  const example = spawnProcess(process.execPath, [join(root, 'examples/resource-server/dist/main.js')], {
    cwd: root,
    environment: { ...given, ...environment },
  });
  await example.waitFor(/^ready: /, 30_000);
  const origin = `http://127.0.0.1:${port}`;
  return {
    process: example,
    get: async (token, method = 'GET') => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(`${origin}/orders`, { method, headers, signal: AbortSignal.timeout(10_000) });
      const challenge = response.headers.get('www-authenticate') ?? '';
      return { status: response.status, challenge, body: await response.json() };
    },
    isCurrent: async () => ((await (await fetch(`${origin}/health`)).json()) as { current: boolean }).current,
  };
};

/** Where the NATS of the services is, as they said when they started. */
export const natsAddress = async (): Promise<string> => {
  const log = await readFile(join(provider.dataDir, 'provider.log'), 'utf8');
  return /^NATS_URL +\| ([\d.:]+)/m.exec(log)?.[1] ?? '';
};

/** A line to a server that can be cut, and mended. */
export const cuttableLine = async (address: string) => {
  const [host = '', to = ''] = address.split(':');
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(Number(to), host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    isCut = true;
    open.forEach((socket) => socket.destroy());
  };
  return {
    address: `127.0.0.1:${port}`,
    cut,
    mend: () => (isCut = false),
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Waits until something is so, and tells how long that took. */
export const eventually = async (isSo: () => Promise<boolean>, deadlineMs = 30_000): Promise<number> => {
  const beganAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - beganAt > deadlineMs) throw new Error(`not so within ${deadlineMs} ms`);
    await pause(10);
  }
  return performance.now() - beganAt;
};
