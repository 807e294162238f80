import type { JobName } from '@portico/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import type { Complain } from './worker.js';

/** Tells the store that a job is repeated, and how often; however often it is told, the job comes once a time. */
type Say = () => Promise<unknown>;

/** What is repeated. */
export interface Repeated {
  /** Says it now, and from then on again and again. @throws Unavailable the store does not answer */
  add(name: JobName, say: Say): Promise<void>;
  /** Says everything soon. */
  again(): void;
  stop(): void;
}

const retryMs = 1_000;

/**
 * A store that comes back may have lost what is repeated, and nobody else knows: it is told every so often. Several workers
 * do not say it at one moment: PostgreSQL, told twice of what is new to it, adds the first job twice.
 */
export const repeated = ({
  everyMs,
  complain,
}: {
  readonly everyMs: number;
  readonly complain: Complain;
}): Repeated => {
  const said = new Map<JobName, Say>();
  const stopping = new AbortController();
  let bell = new AbortController();
  const spreadMs = (): number => everyMs * (0.5 + Math.random() / 2);
  let waitMs = spreadMs();
  const turn = async (): Promise<void> => {
    const signal = AbortSignal.any([bell.signal, stopping.signal]);
    await pause(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
    bell = new AbortController();
    waitMs = (await sayAll([...said], { complain, signal: stopping.signal })) ? spreadMs() : retryMs;
  };
  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) await turn();
  };
  void work();
  return {
    add: async (name, say) => {
      said.set(name, say);
      await say();
    },
    again: () => bell.abort(),
    stop: () => stopping.abort(),
  };
};

/** Answers whether all was said. One that cannot be said keeps no other from it. */
const sayAll = async (
  all: readonly (readonly [JobName, Say])[],
  { complain, signal }: { readonly complain: Complain; readonly signal: AbortSignal },
): Promise<boolean> => {
  let isSaid = true;
  for (const [name, say] of all) {
    if (signal.aborted) return isSaid;
    await say().catch((error: unknown) => {
      isSaid = false;
      if (!signal.aborted) complain(error, name);
    });
  }
  return isSaid;
};
