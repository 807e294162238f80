import { expect, test } from '@jest/globals';
import { atOnce } from './fixtures.js';
import type { OpenStores } from './stores.js';

export const installationKeyStoreSuite = (stores: () => OpenStores): void => {
  test('10 instances that start at once agree on one key of a name, and it stays', async () => {
    expect(await stores().installationKeys.find('pairwise')).toBeUndefined();
    const answers = await atOnce(10, (index) => stores().installationKeys.establish('pairwise', `sealed ${index}`));
    const kept = await stores().installationKeys.find('pairwise');
    expect(new Set(answers)).toEqual(new Set([kept]));
    expect(await stores().installationKeys.establish('pairwise', 'another')).toBe(kept);
    expect(await stores().installationKeys.find('refresh')).toBeUndefined();
    expect(await stores().installationKeys.establish('refresh', 'its own')).toBe('its own');
    expect(await stores().installationKeys.find('pairwise')).toBe(kept);
  });
};
