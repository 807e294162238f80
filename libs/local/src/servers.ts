import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A server that this process started for itself, on 127.0.0.1. */
export interface OwnServer {
  readonly url: string;
  /** Changes with a restart. */
  readonly pid: number;
  /** Ends it in good order; what it kept in a temporary folder goes with it. */
  stop(): Promise<void>;
  /** Ends it as a power failure would; `restart` finds its data again. */
  kill(): Promise<void>;
  /** The same port, the same data. */
  restart(): Promise<void>;
}

interface Place {
  readonly port?: number;
  /** Where the data stays, and what the server says, in `server.log`; a temporary folder where absent. */
  readonly storeDir?: string;
}

const startMs = 15_000;
const stopMs = 5_000;

/** NATS with JetStream. */
export const startNats = (place: Place = {}): Promise<OwnServer> =>
  start(place, (port, folder) => {
    const name = randomUUID();
    return {
      url: `nats://127.0.0.1:${port}`,
      program: 'nats-server',
      args: ['-a', '127.0.0.1', '-p', String(port), '-n', name, '-js', '-sd', folder],
      isUp: async () => (await exchange(port, '')).includes(name),
    };
  });

/** A file of settings for NATS, and the variables that it names. */
export interface NatsSettings {
  readonly text: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** NATS as a deployment has it: with its users and what they may do, on a port and in a folder of our own. */
export const startNatsWith = async ({ text, environment }: NatsSettings): Promise<OwnServer> =>
  start({}, async (port, folder) => {
    const [name, file] = [randomUUID(), join(folder, 'nats.conf')];
    const here = text.replace(/^http: .*$/m, '').replace(/store_dir: .*$/m, `store_dir: ${JSON.stringify(folder)}`);
    await writeFile(file, here);
    return {
      url: `nats://127.0.0.1:${port}`,
      program: 'nats-server',
      args: ['-c', file, '-a', '127.0.0.1', '-p', String(port), '-n', name],
      environment,
      isUp: async () => (await exchange(port, '')).includes(name),
    };
  });

/** Redis with an append-only file. */
export const startRedis = (place: Place = {}): Promise<OwnServer> =>
  start(place, (port, folder) => ({
    url: `redis://127.0.0.1:${port}`,
    program: 'redis-server',
    args: ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'yes'],
    isUp: async (pid) => (await exchange(port, 'INFO server\r\n')).includes(`process_id:${pid}\r`),
  }));

/** A port that is free now, below those the system hands out to outgoing connections. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
};

interface Program {
  readonly url: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly isUp: (pid: number) => Promise<boolean>;
}

type ProgramOf = (port: number, folder: string) => Program | Promise<Program>;

const start = async (place: Place, programOf: ProgramOf): Promise<OwnServer> => {
  const folder = place.storeDir ?? (await mkdtemp(join(tmpdir(), 'portico-')));
  await mkdir(folder, { recursive: true });
  const program = await programOf(place.port ?? (await freePort()), folder);
  const log = join(folder, 'server.log');
  await rm(log, { force: true });
  let child = await run(program, log);
  return {
    url: program.url,
    get pid() {
      return child.pid ?? 0;
    },
    stop: async () => {
      await end(child, 'SIGTERM');
      if (!place.storeDir) await rm(folder, { recursive: true, force: true });
    },
    kill: () => end(child, 'SIGKILL'),
    restart: async () => {
      await end(child, 'SIGTERM');
      child = await run(program, log);
    },
  };
};

const run = async ({ program, args, environment, isUp }: Program, log: string): Promise<ChildProcess> => {
  // A group of its own: Ctrl-C is for this process, which then stops its servers last.
  const env = { ...process.env, ...environment };
  const path = find(program);
  const said = await open(log, 'a', 0o600);
  const child = spawn(path, args, { env, stdio: ['ignore', said.fd, said.fd], detached: true });
  await said.close();
  const orphan = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', orphan);
  child.once('exit', () => process.off('exit', orphan));
  const giveUpAt = Date.now() + startMs;
  while (Date.now() < giveUpAt) {
    if (hasEnded(child)) throw new Error(`${program} ended at once: ${args.join(' ')}`);
    if (child.pid && (await isUp(child.pid).catch(() => false))) return child;
    await pause(20);
  }
  await end(child, 'SIGKILL');
  throw new Error(`${program} was not up within ${startMs} ms`);
};

const find = (program: string): string => {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/usr/bin'];
  const path = folders.map((folder) => join(folder, program)).find(isProgram);
  if (!path) throw new Error(`${program} is not on this machine (Debian: apt-get install ${program})`);
  return path;
};

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (hasEnded(child)) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
  await ended;
  clearTimeout(timer);
};

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** The first words of a server, after ours. */
const exchange = (port: number, words: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(words))
      .setTimeout(1_000, () => socket.destroy(new Error('silent')))
      .once('error', reject)
      .once('data', (data) => {
        resolve(data.toString());
        socket.destroy();
      });
  });
