/** Keeps clients whose servers hang from taking every place in the queue. */
export interface SlowClients {
  /** Does the work, unless so many already wait for that client: then it is `undefined` at once. */
  readonly run: <Answer>(
    clientId: string,
    work: () => Promise<Answer>,
  ) => Promise<{ readonly answer: Answer } | undefined>;
}

interface Bounds {
  /** An attempt that takes so long makes a client slow, until one takes less. */
  readonly slowMs: number;
  /** So many at once for a slow one. */
  readonly places: number;
}

/** None is slow at first. What is held is bounded by the jobs that run, and by the clients that are slow. */
export const slowClients = ({ slowMs, places }: Bounds): SlowClients => {
  const slow = new Set<string>();
  const running = new Map<string, number>();
  const count = (clientId: string, by: number): void => {
    const now = (running.get(clientId) ?? 0) + by;
    if (now > 0) running.set(clientId, now);
    else running.delete(clientId);
  };
  return {
    run: async (clientId, work) => {
      if (slow.has(clientId) && (running.get(clientId) ?? 0) >= places) return undefined;
      count(clientId, 1);
      const begun = performance.now();
      try {
        return { answer: await work() };
      } finally {
        count(clientId, -1);
        if (performance.now() - begun >= slowMs) slow.add(clientId);
        else slow.delete(clientId);
      }
    },
  };
};
