import { freePort, spawnProcess, type Spawned } from '@portico/testing';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Front } from './front.js';

/** One process of a service. */
export interface Instance {
  readonly process: Spawned;
  /** Asks it to end, and waits until it has; answers its exit code. */
  stop(): Promise<number | NodeJS.Signals>;
  /** Lets it hang first, until `hung` is over. */
  kill(hung: () => Promise<unknown>): Promise<void>;
}

interface Place {
  /** A checkout that is built. */
  readonly root: string;
  readonly environment: Record<string, string>;
  readonly front: Front;
}

const startMs = 120_000;
const stopMs = 25_000;

/** Does it say so itself? */
export const isReady = async (health: string): Promise<boolean> => {
  const answer = await fetch(`${health}/health/ready`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
  await answer?.arrayBuffer().catch(() => undefined);
  return answer?.ok === true;
};

const untilReady = async (health: string): Promise<void> => {
  for (const giveUpAt = Date.now() + startMs; !(await isReady(health));) {
    if (Date.now() > giveUpAt) throw new Error(`${health} was not ready within ${startMs} ms`);
    await pause(50);
  }
};

/** Starts one more instance of a service, and waits until it is ready. */
export const startInstance = async (name: string, { root, environment, front }: Place): Promise<Instance> => {
  const port = String(await freePort());
  const process = spawnProcess(globalThis.process.execPath, [join(root, 'apps', name, 'dist/main.js')], {
    cwd: environment.PORTICO_DATA_DIR ?? root,
    environment: { ...environment, ...(name === 'gateway' ? { PORTICO_PORT: port } : {}) },
  });
  const line = await process.waitFor(/"msg":"ready"/, startMs);
  // Of a gateway the public port, too; that of a version before may tell it as its health.
  const { health, url } = JSON.parse(line) as { health: string; url?: string };
  await untilReady(health);
  const leave = name === 'gateway' ? front.add(url ?? health) : (): void => undefined;
  return {
    process,
    stop: async () => {
      const code = await process.stop(stopMs);
      leave();
      return code;
    },
    // What it has taken before it ends is lost for certain where it hangs first.
    kill: async (hung) => {
      process.kill('SIGSTOP');
      await hung();
      process.kill('SIGKILL');
      await process.exited;
    },
  };
};
