import type { Bus, Outbox, PublishedEvent } from '@portico/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../common/logging.js';

interface RelayNeeds {
  readonly outbox: Outbox;
  readonly bus: Pick<Bus, 'publish' | 'heartbeat'>;
  readonly log: Log;
}

const batch = 100;
/** An arrival that nobody told of is found after so long, and so soon whoever follows the events is told that there are no more. */
const tickMs = 250;
const firstBackOffMs = 500;
const longestBackOffMs = 10_000;

/**
 * Publishes what is in the outbox, as it arrives; answers how to stop. While the bus is away, the facts wait; while another
 * process publishes, this one does.
 */
export const startRelay = async ({ outbox, bus, log }: RelayNeeds): Promise<() => Promise<void>> => {
  const stopping = new AbortController();
  const bell = newBell();
  const publish = async (event: PublishedEvent): Promise<void> => {
    stopping.signal.throwIfAborted();
    await bus.publish(event);
  };
  let telling: Promise<void> | undefined;
  let toldAt = -Infinity;
  // Beside the work: what arrives meanwhile is published at once. Where the bus is away, nobody is told that all is well.
  const tell = (lookedAt: number): void => {
    if (telling !== undefined || lookedAt - toldAt < tickMs / 2) return;
    toldAt = lookedAt;
    telling = bus
      .heartbeat({ lookedAt, everyMs: tickMs })
      .catch(() => undefined)
      .finally(() => (telling = undefined));
  };
  const drainAll = async (): Promise<void> => {
    for (;;) {
      const lookedAt = performance.now();
      const published = await outbox.drain(publish, batch);
      stopping.signal.throwIfAborted();
      if (published === 0) tell(lookedAt);
      if (published === 0 || published === undefined) return;
    }
  };
  let failures = 0;
  const turn = async (): Promise<void> => {
    try {
      await drainAll();
      if (failures > 0) log.info('the outbox is being published again');
      failures = 0;
      await bell.rung(tickMs, stopping.signal);
    } catch (error) {
      if (failures === 0 && !stopping.signal.aborted) log.warn({ err: error }, 'the outbox cannot be published');
      failures += 1;
      await waited(Math.min(firstBackOffMs * 2 ** (failures - 1), longestBackOffMs), stopping.signal);
    }
  };
  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) await turn();
  };
  const stopArrivals = await outbox.arrivals(bell.ring);
  const worked = work();
  return async () => {
    stopping.abort();
    await Promise.all([worked, stopArrivals(), telling]);
  };
};

const waited = (ms: number, signal: AbortSignal): Promise<void> =>
  pause(ms, undefined, { signal }).catch(() => undefined);

/** Rung while nobody waits, it is heard by whoever waits next. */
const newBell = () => {
  let rings = new AbortController();
  return {
    ring: (): void => rings.abort(),
    rung: async (atMostMs: number, signal: AbortSignal): Promise<void> => {
      await waited(atMostMs, AbortSignal.any([rings.signal, signal]));
      rings = new AbortController();
    },
  };
};
