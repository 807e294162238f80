import { expect, test } from '@jest/globals';
import { rotated, type RotationPolicy, type StoredKey } from '@portico/jwt';
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
  longestTokenSeconds: 0,
  ...more,
});

export const keyStoreSuite = (stores: () => OpenStores): void => {
  const changes = async () => (await stores().facts()).filter(({ event }) => event === 'keysChanged');

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
    expect(await changes()).toEqual([]);
  });

  test('a change adds, removes and gives other times in one step, and says so', async () => {
    const before = await stores().keys.list();
    const [gone, kept] = before;
    const added = aKey('PS256', { announcedAt: now + 5, signsFrom: now + 10, longestTokenSeconds: 7 });
    const later = { ...kept!, retiredAt: now + 100, longestTokenSeconds: 3600 };
    const after = await stores().keys.change((stored) => {
      expect(stored).toEqual(before);
      return [...stored.filter(({ kid }) => kid !== gone!.kid && kid !== kept!.kid), later, added];
    }, now + 5);
    expect(await stores().keys.list()).toEqual(after);
    expect(new Set(after)).toEqual(new Set([...before.slice(2), later, added]));
    expect(await changes()).toEqual([{ event: 'keysChanged', data: { at: now + 5 } }]);
    const { retiredAt: _, ...again } = later;
    await stores().keys.change((stored) => stored.map((key) => (key.kid === later.kid ? again : key)), now + 6);
    expect(await stores().keys.list()).toContainEqual(again);
    expect(await changes()).toHaveLength(2);
  });

  test('what no instance has to know of is no news, nor is a plan that fails', async () => {
    const before = await stores().keys.list();
    const told = await changes();
    await stores().keys.change((stored) => stored, now);
    const noted = before.map((key) => ({ ...key, longestTokenSeconds: 9999 }));
    expect(await stores().keys.change(() => noted, now)).toEqual(noted);
    const failing = stores().keys.change(() => {
      throw new Error('nothing of it');
    }, now);
    await expect(failing).rejects.toThrow('nothing of it');
    expect(await stores().keys.list()).toEqual(noted);
    expect(await changes()).toEqual(told);
  });

  test('10 workers that rotate at once add one successor an algorithm', async () => {
    const at = now + 10_000;
    const policy: RotationPolicy = { rotationSeconds: 1000, announceSeconds: 100, longestTokenSeconds: 1_000_000 };
    const before = await stores().keys.list();
    const told = (await changes()).length;
    const algorithms = [...new Set(before.map(({ alg }) => alg))];
    await atOnce(10, () => {
      const made = algorithms.map((alg) => aKey(alg));
      return stores().keys.change((stored) => rotated(stored, { made, policy, at }), at);
    });
    const announced = (await stores().keys.list()).filter(({ signsFrom }) => signsFrom > now + 1000);
    expect(announced.map(({ alg }) => alg).sort()).toEqual(algorithms.sort());
    expect(await changes()).toHaveLength(told + 1);
  });
};
