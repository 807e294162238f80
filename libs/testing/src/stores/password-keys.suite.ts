import { expect, test } from '@jest/globals';
import type { StoredPasswordKey } from '@portico/jwt';
import { randomUUID } from 'node:crypto';
import { atOnce, now } from './fixtures.js';
import type { OpenStores } from './stores.js';

const aKey = (): StoredPasswordKey => ({
  kid: randomUUID(),
  publicJwk: { kty: 'RSA', n: 'n', e: 'AQAB' },
  sealedPrivateJwk: 'sealed',
  createdAt: now,
});

export const passwordKeyStoreSuite = (stores: () => OpenStores): void => {
  test('10 instances that start at once establish one key, and agree on it', async () => {
    expect(await stores().passwordKeys.find()).toBeUndefined();
    const offered = Array.from({ length: 10 }, aKey);
    const answers = await atOnce(10, (index) => stores().passwordKeys.establish(offered[index]!));
    const kept = await stores().passwordKeys.find();
    expect(offered).toContainEqual(kept);
    for (const answer of answers) expect(answer).toEqual(kept);
  });

  test('the one that is there stays, also for who comes late', async () => {
    const kept = await stores().passwordKeys.find();
    expect(await stores().passwordKeys.establish(aKey())).toEqual(kept);
    expect(await stores().passwordKeys.find()).toEqual(kept);
    expect(await stores().keys.list()).not.toContainEqual(expect.objectContaining({ kid: kept?.kid }));
  });
};
