import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jobs, Unavailable, type Again, type JobName, type Processor, type Queue } from '@portico/contracts';
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
  /** Forgets everything, and goes on. */
  lose(prefix: string): Promise<void>;
  stop(): Promise<void>;
}

type Done = (times: number) => void | Promise<void>;
type Processors = { readonly [Name in JobName]: Processor<Name> };

/** Those of the jobs that a test has nothing to do with. */
const idle = Object.fromEntries(
  Object.keys(jobs).map((name) => [name, () => Promise.resolve()]),
) as unknown as Processors;

/** What the queue has to do on every store. */
export const queueSuite = (title: string, start: () => Promise<StoreUnderTest>): void => {
  describe(title, () => {
    let store: StoreUnderTest;
    let prefix: string;
    let opened: Queue[];
    let done: number;
    let complaints: unknown[];
    let tests = 0;

    const open = async (drainMs = 5_000, everyMs = 60_000): Promise<Queue> => {
      const complain = (error: unknown): void => void complaints.push(error);
      const queue = await openQueue({ url: store.url, prefix, complain, drainMs, everyMs });
      opened.push(queue);
      return queue;
    };
    const working = async (sweep: Done = () => undefined, drainMs?: number, everyMs?: number): Promise<Queue> => {
      const queue = await open(drainMs, everyMs);
      await queue.work({
        ...idle,
        sweep: async () => {
          done += 1;
          await sweep(done);
        },
        partitions: () => Promise.resolve(),
      });
      return queue;
    };

    /** Does the deliveries to clients, and keeps to whom they went. */
    const delivering = async (deliver: (clientId: string) => Promise<Again | undefined>) => {
      const queue = await open();
      const delivered: string[] = [];
      const logoutDelivery: Processor<'logoutDelivery'> = async ({ clientId }) => {
        delivered.push(clientId);
        return deliver(clientId);
      };
      await queue.work({ ...idle, sweep: () => Promise.resolve(void (done += 1)), logoutDelivery });
      return { queue, delivered };
    };
    const deliveryTo = (clientId: string, id = clientId) => ({ id, data: { sid: 'sid', clientId } });

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
      await Promise.all(queues.map((queue) => queue.every('sweep', () => 1, {})));
      await until(() => done >= 2, 10_000);
      const before = done;
      await pause(3_000);
      expect(done - before).toBeGreaterThanOrEqual(2);
      expect(done - before).toBeLessThanOrEqual(4);
      await queues[0].every('sweep', () => 3_600, {});
    });

    /** When each was done that came every second, of two workers that say so again and again. */
    const ticking = async (everyMs: number) => {
      const times: number[] = [];
      const work = () => working(() => void times.push(performance.now()), 5_000, everyMs);
      const queues = await Promise.all([work(), work()]);
      let seconds = 1;
      for (const queue of queues) await queue.every('sweep', () => seconds, {});
      return { times, queues, slow: (to: number) => void (seconds = to) };
    };

    it('neither postpones nor doubles a repeated job, however often it says so', async () => {
      const { times } = await ticking(50);
      await until(() => times.length === 5, 15_000);
      const gaps = times.slice(1).map((time, index) => time - times[index]!);
      expect(Math.min(...gaps)).toBeGreaterThan(500);
      expect(Math.max(...gaps)).toBeLessThan(2_000);
    }, 30_000);

    it('goes on with a repeated job when the store has lost everything', async () => {
      const { times } = await ticking(2_000);
      await until(() => times.length >= 2, 10_000);
      await store.lose(prefix);
      await pause(100);
      const [before, lostAt] = [times.length, performance.now()];
      await until(() => times.length > before, 5_000);
      expect(times[before]! - lostAt).toBeLessThan(2_500);
      await pause(3_000);
      expect(times.length - before).toBeGreaterThanOrEqual(3);
      expect(times.length - before).toBeLessThanOrEqual(5);
    }, 30_000);

    it('repeats a job as often as it is to be done by then', async () => {
      const { times, slow } = await ticking(200);
      await until(() => times.length >= 2, 10_000);
      slow(3_600);
      await pause(1_500);
      const before = times.length;
      await pause(2_500);
      expect(times.length).toBe(before);
      slow(1);
      await until(() => times.length >= before + 2, 5_000);
    }, 30_000);

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

    it('adds a job whose id is there no second time; when it is done, the id is free', async () => {
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const { queue, delivered } = await delivering(() => held.then(() => undefined));
      const ids = ['one', 'a:colon and / more 😀', '12'];
      await queue.addAll(
        'logoutDelivery',
        [...ids, ...ids].map((id) => deliveryTo(id)),
      );
      await until(() => delivered.length === 3);
      await queue.addAll(
        'logoutDelivery',
        ids.map((id) => deliveryTo(id)),
      );
      await queue.addAll('logoutDelivery', []);
      release();
      await pause(500);
      expect([...delivered].sort()).toEqual([...ids].sort());
      await queue.addAll('logoutDelivery', [deliveryTo('one')]);
      await until(() => delivered.length === 4);
    });

    it('does a job again after the time that it asked for, which is no failure', async () => {
      const times: number[] = [];
      const { queue, delivered } = await delivering(() => {
        times.push(Date.now());
        return Promise.resolve(times.length <= 10 ? { againInMs: 150 } : undefined);
      });
      await queue.addAll('logoutDelivery', [deliveryTo('later')]);
      await until(() => delivered.length === 11, 15_000);
      const gaps = times.slice(1).map((time, index) => time - times[index]!);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(140);
      await pause(400);
      expect(delivered).toHaveLength(11);
      expect(complaints).toEqual([]);
    });

    it('is kept from nothing else by deliveries that hang', async () => {
      let release = (): void => undefined;
      const hanging = new Promise<void>((resolve) => (release = resolve));
      const { queue } = await delivering(() => hanging.then(() => undefined));
      await queue.addAll(
        'logoutDelivery',
        Array.from({ length: 200 }, (_, index) => deliveryTo(`client ${index}`)),
      );
      await queue.add('sweep', {});
      await until(() => done === 1, 3_000);
      release();
    });

    it('tells how deep each lane is: what waits, is being done, and comes later', async () => {
      let release = (): void => undefined;
      const hanging = new Promise<void>((resolve) => (release = resolve));
      const { queue, delivered } = await delivering((clientId) =>
        clientId === 'later' ? Promise.resolve({ againInMs: 60_000 }) : hanging.then(() => undefined),
      );
      const depth = async () =>
        Object.fromEntries((await queue.depth()).map(({ lane, state, jobs }) => [`${lane} ${state}`, jobs]));
      const none = { waiting: 0, active: 0, delayed: 0, failed: 0 };
      const of = (lane: string, states: typeof none) =>
        Object.fromEntries(Object.entries(states).map(([state, jobs]) => [`${lane} ${state}`, jobs]));
      expect(await depth()).toEqual({ ...of('upkeep', none), ...of('deliveries', none) });
      const ids = ['later', ...Array.from({ length: 42 }, (_, index) => `client ${index}`)];
      await queue.addAll(
        'logoutDelivery',
        ids.map((id) => deliveryTo(id)),
      );
      await until(() => delivered.length === 41);
      await pause(300);
      expect(await depth()).toMatchObject(of('deliveries', { waiting: 2, active: 40, delayed: 1, failed: 0 }));
      release();
    });

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
