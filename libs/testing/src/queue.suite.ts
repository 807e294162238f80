import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable, type Queue } from '@portico/contracts';
import { openQueue } from '@portico/queue';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from './until.js';

/** A server that keeps jobs, and can go away. */
export interface StoreUnderTest {
  readonly url: string;
  /** Puts a job there that did not go through the port. */
  addRaw(prefix: string, name: string, data: unknown): Promise<void>;
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

type Done = (times: number) => void | Promise<void>;

/** What the queue has to do on every store. */
export const queueSuite = (title: string, start: () => Promise<StoreUnderTest>): void => {
  describe(title, () => {
    let store: StoreUnderTest;
    let prefix: string;
    let opened: Queue[];
    let done: number;
    let complaints: unknown[];
    let tests = 0;

    const open = async (drainMs = 5_000): Promise<Queue> => {
      const complain = (error: unknown): void => void complaints.push(error);
      const queue = await openQueue({ url: store.url, prefix, complain, drainMs });
      opened.push(queue);
      return queue;
    };
    const working = async (sweep: Done = () => undefined, drainMs?: number): Promise<Queue> => {
      const queue = await open(drainMs);
      await queue.work({
        sweep: async () => {
          done += 1;
          await sweep(done);
        },
      });
      return queue;
    };

    beforeAll(async () => {
      store = await start();
    }, 60_000);
    afterAll(() => store.stop());
    beforeEach(() => {
      prefix = `suite_${(tests += 1)}`;
      opened = [];
      done = 0;
      complaints = [];
    });
    afterEach(async () => {
      await Promise.all(opened.map((queue) => queue.close()));
    });

    it('has each job done once, whichever worker takes it', async () => {
      const [queue] = await Promise.all([working(), working()]);
      await Promise.all(Array.from({ length: 20 }, () => queue.add('sweep', {})));
      await until(() => done >= 20);
      await pause(200);
      expect(done).toBe(20);
    });

    it('keeps a job until a worker comes', async () => {
      const queue = await open();
      await queue.add('sweep', {});
      await queue.close();
      await working();
      await until(() => done === 1);
      expect(complaints).toEqual([]);
    });

    it('does a job again that threw, and complains', async () => {
      const fault = new Error('not yet');
      const queue = await working((times) => {
        if (times === 1) throw fault;
      });
      await queue.add('sweep', {});
      await until(() => done === 2, 10_000);
      expect(complaints).toEqual([fault]);
    });

    it('adds a repeated job once a tick, however many workers say so', async () => {
      const queues = await Promise.all([working(), working()]);
      await Promise.all(queues.map((queue) => queue.every('sweep', 1, {})));
      await until(() => done >= 2, 10_000);
      const before = done;
      await pause(3_000);
      expect(done - before).toBeGreaterThanOrEqual(2);
      expect(done - before).toBeLessThanOrEqual(4);
      await queues[0].every('sweep', 3_600, {});
    });

    it('lets a running job end when it closes, and does not do it again', async () => {
      let ended = 0;
      const queue = await working(async () => {
        await pause(500);
        ended += 1;
      });
      await queue.add('sweep', {});
      await until(() => done === 1);
      await queue.close();
      expect(ended).toBe(1);
      await working();
      await pause(1_000);
      expect(done).toBe(1);
    });

    it('closes at its deadline when a job does not end', async () => {
      let release = (): void => undefined;
      const endless = new Promise<void>((resolve) => (release = resolve));
      const queue = await working(() => endless, 300);
      await queue.add('sweep', {});
      await until(() => done === 1);
      const begun = Date.now();
      await queue.close();
      expect(Date.now() - begun).toBeLessThan(3_000);
      release();
    });

    it.each([
      ['sweep', 'no object'],
      ['unheard-of', {}],
    ])('gives up on a job it does not understand (%s: %j) and goes on', async (name, data) => {
      const queue = await working();
      await store.addRaw(prefix, name, data);
      await until(() => complaints.length === 1);
      await queue.add('sweep', {});
      await until(() => done === 1);
      expect(complaints).toHaveLength(1);
    });

    it('is Unavailable in time while its server is away, and goes on when it is back', async () => {
      const queue = await working();
      await queue.add('sweep', {});
      await until(() => done === 1);
      await store.goAway();
      const begun = Date.now();
      await expect(queue.add('sweep', {})).rejects.toThrow();
      expect(Date.now() - begun).toBeLessThan(7_000);
      await store.comeBack();
      const before = done;
      await untilAdded(queue);
      await until(() => done > before, 25_000);
    }, 60_000);

    it('opening gives up at its deadline when there is no server', async () => {
      const url = new URL(store.url);
      url.port = '1';
      const opening = openQueue({ url: url.href, prefix, deadlineMs: 500 });
      await expect(opening).rejects.toThrow(Unavailable);
    });
  });
};

const untilAdded = async (queue: Queue): Promise<void> => {
  const giveUpAt = Date.now() + 20_000;
  for (;;) {
    try {
      await queue.add('sweep', {});
      return;
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await pause(100);
    }
  }
};
