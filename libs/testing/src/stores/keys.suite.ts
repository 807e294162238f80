import { expect, test } from '@jest/globals';
import type { StoredKey } from '@portico/jwt';
import { randomUUID } from 'node:crypto';
import { atOnce, now } from './fixtures.js';
import type { OpenStores } from './stores.js';

const aKey = (alg: StoredKey['alg'], more: Partial<StoredKey> = {}): StoredKey => ({
  kid: randomUUID(),
  alg,
  publicJwk: { kty: 'RSA', n: 'n', e: 'AQAB' },
  sealedPrivateJwk: 'sealed',
  announcedAt: now,
  signsFrom: now,
  ...more,
});

export const keyStoreSuite = (stores: () => OpenStores): void => {
  test('10 instances that start at once establish one key an algorithm, and agree on it', async () => {
    expect(await stores().keys.list()).toEqual([]);
    const answers = await atOnce(10, () => stores().keys.establish([aKey('RS256'), aKey('ES256')]));
    const kept = await stores().keys.list();
    expect(kept.map(({ alg }) => alg).sort()).toEqual(['ES256', 'RS256']);
    for (const answer of answers) expect(new Set(answer)).toEqual(new Set(kept));
  });

  test('adds what has no key yet and leaves the others as they are', async () => {
    const before = await stores().keys.establish([aKey('RS256'), aKey('ES256')]);
    const added = aKey('EdDSA', { retiredAt: now + 9, signsFrom: now + 1 });
    const after = await stores().keys.establish([aKey('RS256'), added, aKey('EdDSA')]);
    expect(new Set(after)).toEqual(new Set([...before, added]));
    expect(await stores().keys.establish([])).toEqual(after);
    expect(await stores().keys.list()).toEqual(after);
  });
};
