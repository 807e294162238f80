import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { atOnce, hostile, now } from './fixtures.js';
import type { OpenStores } from './stores.js';

export const replayStoreSuite = (stores: () => OpenStores): void => {
  const once = (key: string, expiresAt = now, by = randomUUID()) => stores().replays.once(key, expiresAt, by);

  test('the first gets it, nobody after it, whatever expiry they say', async () => {
    const key = randomUUID();
    expect(await once(key)).toBe(true);
    expect([await once(key), await once(key, now + 1000), await once(key, now - 1000)]).toEqual([false, false, false]);
  });

  test('the request that got it gets it again, also at once; any other still does not', async () => {
    const [key, by] = [randomUUID(), randomUUID()];
    expect(await atOnce(20, () => once(key, now, by))).toEqual(Array.from({ length: 20 }, () => true));
    expect([await once(key), await once(key, now, by)]).toEqual([false, true]);
  });

  test('keys do not touch each other; they are compared exactly', async () => {
    const key = `Key-${randomUUID()}`;
    const others = [key, key.toUpperCase(), `${key} `, ` ${key}`, key.slice(0, -1)];
    expect(await Promise.all(others.map((other) => once(other)))).toEqual(others.map(() => true));
  });

  test('of 20 at once one gets it', async () => {
    const key = randomUUID();
    const answers = await atOnce(20, () => once(key));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  test.each(hostile.filter((text) => text !== '' && text.length < 1000 && !text.includes('\0')))(
    'a key is text and nothing else: %j',
    async (text) => {
      const key = `${text} ${randomUUID()}`;
      expect([await once(key), await once(key)]).toEqual([true, false]);
    },
  );
};
