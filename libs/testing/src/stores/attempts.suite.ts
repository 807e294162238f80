import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { atOnce, now } from './fixtures.js';
import type { OpenStores } from './stores.js';

export const attemptStoreSuite = (stores: () => OpenStores): void => {
  const limit = { attempts: 3, seconds: 60 };
  const takeAt = (bucket: string, times: readonly number[]) =>
    times.reduce<Promise<number[]>>(
      async (waits, time) => [...(await waits), await stores().attempts.take(bucket, limit, now + time)],
      Promise.resolve([]),
    );

  test('so many are allowed, then none until the window ends; trying on does not move its end', async () => {
    expect(await takeAt(randomUUID(), [0, 1, 2, 3, 10, 59, 60, 61])).toEqual([0, 0, 0, 57, 50, 1, 0, 0]);
  });

  test('buckets do not touch each other', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await takeAt(one, [0, 0, 0, 0]);
    expect(await takeAt(other, [0])).toEqual([0]);
  });

  test('forgets: the next is the first again', async () => {
    const bucket = randomUUID();
    await takeAt(bucket, [0, 0, 0, 0]);
    await stores().attempts.forget(bucket);
    await stores().attempts.forget(bucket);
    expect(await takeAt(bucket, [0, 0, 0, 0])).toEqual([0, 0, 0, 60]);
  });

  test('gives one back, never more than were taken', async () => {
    const bucket = randomUUID();
    await stores().attempts.giveBack(bucket);
    await takeAt(bucket, [0, 0, 0]);
    await stores().attempts.giveBack(bucket);
    expect(await takeAt(bucket, [0, 0])).toEqual([0, 60]);
    const fresh = randomUUID();
    await takeAt(fresh, [0]);
    for (let n = 0; n < 5; n += 1) await stores().attempts.giveBack(fresh);
    expect(await takeAt(fresh, [0, 0, 0, 0])).toEqual([0, 0, 0, 60]);
  });

  test('of 20 at once no more are allowed than the limit says', async () => {
    const bucket = randomUUID();
    const waits = await atOnce(20, () => stores().attempts.take(bucket, limit, now));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(3);
    expect(waits.filter((wait) => wait === 60)).toHaveLength(17);
  });
};
