import { describe, expect, it, jest } from '@jest/globals';
import { announceKeys, revokeKey, SealBroken, signJwt, verifyJwt, type KeyStore, type SealKey } from '@portico/jwt';
import { memoryStores } from '@portico/local';
import { testClock } from '@portico/testing';
import pino from 'pino';
import { heldKeys } from './keys.js';
import { keyCheckSeconds, keysMaxAgeSeconds, keysReadMs } from './rotation.js';

const sealed = new Uint8Array(32).fill(7);
const first = { pairwise: new Uint8Array(32).fill(1), refresh: new Uint8Array(32).fill(2) };
const policy = { rotationSeconds: 1000, announceSeconds: 60, longestTokenSeconds: 300 };
const algorithms = ['ES256'] as const;

const installation = () => {
  const [stores, clock] = [memoryStores(), testClock()];
  const rotation = { keys: stores.keys, sealKey: sealed as SealKey, clock };
  /** One process of it; `keys` stands in its way to the store. */
  const instance = async (sealKey: SealKey = sealed, keys: KeyStore = stores.keys) => {
    const held = heldKeys({ ...stores, keys, sealKey, first, clock });
    await held.establish();
    return held;
  };
  return { stores, clock, rotation, instance };
};
const kidsOf = (held: Awaited<ReturnType<ReturnType<typeof installation>['instance']>>) =>
  held.current().jwks.keys.map(({ kid }) => kid);

describe('OpenID Connect Core 1.0 §10.1.1: the keys that an instance holds', () => {
  it('a new key is published as soon as it is read, and signs when its time has come, without another reading', async () => {
    const { clock, rotation, instance } = installation();
    const held = await instance();
    const before = held.current().signing('ES256').kid;
    const stored = await announceKeys({ algorithms, announceSeconds: 60 }, policy, rotation);
    const next = stored.find(({ alg, kid }) => alg === 'ES256' && kid !== before)!.kid;
    expect(kidsOf(held)).not.toContain(next);
    await held.readAnew();
    expect(kidsOf(held)).toContain(next);
    clock.pass(60);
    expect(held.current().signing('ES256').kid).toBe(before);
    clock.pass(1);
    expect(held.current().signing('ES256').kid).toBe(next);
    expect(held.current().verification(before)).toBeDefined();
  });

  it('a key that was revoked verifies nothing any more; its successor signs', async () => {
    const { rotation, instance } = installation();
    const held = await instance();
    const leaked = held.current().signing('ES256');
    const issuer = 'https://id.example.test/oidc';
    const token = await signJwt({ iss: issuer }, 'JWT', leaked);
    expect(await verifyJwt(token, held.current(), { typ: 'JWT', issuer })).toBeDefined();
    expect(await revokeKey(leaked.kid, policy, rotation)).toBe(true);
    expect(await revokeKey(leaked.kid, policy, rotation)).toBe(false);
    await held.readAnew();
    expect(await verifyJwt(token, held.current(), { typ: 'JWT', issuer })).toBeUndefined();
    expect(kidsOf(held)).not.toContain(leaked.kid);
    expect(held.current().signing('ES256').kid).not.toBe(leaked.kid);
  });

  it('readings that many ask for at once are one that runs and one that waits, and the last sees the newest', async () => {
    const { stores, rotation, instance } = installation();
    let reads = 0;
    const slow: KeyStore = {
      ...stores.keys,
      list: async () => {
        reads += 1;
        const list = await stores.keys.list();
        await new Promise((resolve) => setTimeout(resolve, 20));
        return list;
      },
    };
    const held = await instance(sealed, slow);
    reads = 0;
    const readings = [held.readAnew(), held.readAnew()];
    await new Promise((resolve) => setTimeout(resolve, 5));
    const stored = await announceKeys({ algorithms, announceSeconds: 60 }, policy, rotation);
    readings.push(...Array.from({ length: 50 }, () => held.readAnew()));
    await Promise.all(readings);
    expect(reads).toBeLessThanOrEqual(3);
    expect(kidsOf(held).sort()).toEqual(stored.map(({ kid }) => kid).sort());
  });

  it('are read again and again; while that fails, what was read last holds, and nothing goes on after the end', async () => {
    const { stores, rotation, instance } = installation();
    let isAway = false;
    const keys: KeyStore = {
      ...stores.keys,
      list: () => (isAway ? Promise.reject(new Error('away')) : stores.keys.list()),
    };
    const held = await instance(sealed, keys);
    const stored = await announceKeys({ algorithms, announceSeconds: 60 }, policy, rotation);
    isAway = true;
    jest.useFakeTimers();
    const closers: (() => Promise<unknown>)[] = [];
    held.follow({ log: pino({ level: 'silent' }), atEnd: (close) => void closers.push(close) }, () => 1000);
    const before = kidsOf(held);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(kidsOf(held)).toEqual(before);
    isAway = false;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(kidsOf(held)).toHaveLength(stored.length);
    await Promise.all(closers.map((close) => close()));
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
});

describe('while the secret of the installation changes', () => {
  const newer = new Uint8Array(32).fill(9);

  it('an instance that does not know the new one yet publishes and verifies what it seals, and signs with what it can open', async () => {
    const { clock, stores, instance } = installation();
    const old = await instance();
    const before = old.current().signing('ES256').kid;
    const renewed = await instance([newer, sealed]);
    const needs = { keys: stores.keys, sealKey: [newer, sealed], clock };
    const stored = await announceKeys({ algorithms, announceSeconds: 60 }, policy, needs);
    await Promise.all([old.readAnew(), renewed.readAnew()]);
    clock.pass(100);
    expect(kidsOf(old)).toEqual(kidsOf(renewed));
    expect(old.current().signing('ES256').kid).toBe(before);
    const { kid } = renewed.current().signing('ES256');
    expect(kid).not.toBe(before);
    expect(stored.map((key) => key.kid)).toContain(kid);
    expect(old.current().verification(kid)).toBeDefined();
  });

  it('what outlives it stays the same; with a secret that opens nothing no instance starts', async () => {
    const { stores, clock, instance } = installation();
    const old = await instance();
    expect(old.lasting).toEqual(first);
    const other = { pairwise: new Uint8Array(32).fill(3), refresh: new Uint8Array(32).fill(4) };
    const renewed = heldKeys({ ...stores, sealKey: [newer, sealed], first: other, clock });
    await renewed.establish();
    expect(renewed.lasting).toEqual(first);
    const wrong = heldKeys({ ...stores, sealKey: newer, first: other, clock });
    await expect(wrong.establish()).rejects.toThrow(SealBroken);
  });
});

it.each([
  [1, 250, 1, 0],
  [2, 500, 1, 1],
  [60, 5_000, 15, 30],
  [3600, 5_000, 60, 300],
])(
  'of %d seconds between announcement and use, all that is read or cached takes a part',
  (announce, ms, check, age) => {
    const settings = { key_announce_seconds: announce };
    expect([keysReadMs(settings), keyCheckSeconds(settings), keysMaxAgeSeconds(settings)]).toEqual([ms, check, age]);
  },
);
