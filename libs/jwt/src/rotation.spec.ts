import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  keyStateAt,
  planRotation,
  removedAt,
  revoked,
  rotated,
  rotatedEarly,
  type RotationPolicy,
  type SigningAlgorithm,
  type StoredKey,
} from './index.js';

const start = 1_800_000_000;
const policy: RotationPolicy = { rotationSeconds: 1000, announceSeconds: 100, longestTokenSeconds: 300 };

let made = 0;
const aKey = (alg: SigningAlgorithm = 'ES256', more: Partial<StoredKey> = {}): StoredKey => ({
  kid: `${alg}-${(made += 1)}`,
  alg,
  publicJwk: {},
  sealedPrivateJwk: '',
  announcedAt: start,
  signsFrom: start,
  longestTokenSeconds: 0,
  ...more,
});
const spares = ({ longestTokenSeconds } = policy) => [
  aKey('ES256', { longestTokenSeconds }),
  aKey('RS256', { longestTokenSeconds }),
];
const checked = (keys: readonly StoredKey[], at: number, given = policy) =>
  rotated(keys, { made: spares(given), policy: given, at });
const statesOf = (keys: readonly StoredKey[], at: number) => keys.map((key) => keyStateAt(key, at));

describe('OpenID Connect Core 1.0 §10.1.1: the life of a key', () => {
  it('is announced before it signs, signs, is retired while what it signed lives, and goes', () => {
    const first = aKey();
    let keys = checked([first], start + 898);
    expect(keys).toHaveLength(1);
    keys = checked(keys, start + 899);
    const [, second] = keys;
    expect(statesOf(keys, start + 899)).toEqual(['signing', 'announced']);
    expect(second).toMatchObject({ announcedAt: start + 899, signsFrom: start + 1000 });
    expect(statesOf(keys, start + 999)).toEqual(['signing', 'announced']);
    expect(statesOf(keys, start + 1000)).toEqual(['retired', 'signing']);
    const gone = start + 1000 + 300 + 100;
    expect(checked(keys, gone - 1).map(({ kid }) => kid)).toContain(first.kid);
    expect(checked(keys, gone).map(({ kid }) => kid)).not.toContain(first.kid);
  });

  it('a check that comes late announces for as long as any other', () => {
    const keys = checked([aKey()], start + 5000);
    expect(keys[1]).toMatchObject({ announcedAt: start + 5000, signsFrom: start + 5101 });
    expect(statesOf(keys, start + 5100)).toEqual(['signing', 'announced']);
  });

  it('a key stays for tokens whose lifetime was shortened meanwhile', () => {
    const longer = { ...policy, longestTokenSeconds: 9000 };
    let keys = checked([aKey()], start + 10, longer);
    keys = checked(keys, start + 950);
    const [first] = keys;
    expect(removedAt(first!, policy)).toBe(first!.retiredAt! + 9000 + 100);
  });

  it('an algorithm without keys stays without, and one whose keys have all ended gets one at once', () => {
    expect(planRotation([], policy, start)).toEqual({ keys: [], missing: [] });
    const keys = checked([aKey('ES256', { retiredAt: start + 5 })], start + 6);
    expect(statesOf(keys, start + 6)).toEqual(['retired', 'signing']);
  });
});

describe('a rotation that somebody asks for', () => {
  const order = { algorithms: ['ES256'] as const, announceSeconds: 100 };
  const early = (keys: readonly StoredKey[], announceSeconds: number, at: number) =>
    rotatedEarly(keys, { ...order, announceSeconds }, { made: spares(), at });

  it('announces a successor; a second time adds none', () => {
    const once = early([aKey(), aKey('RS256')], 100, start + 10);
    expect(once.filter(({ alg }) => alg === 'RS256')).toHaveLength(1);
    expect(once.filter(({ alg }) => alg === 'ES256').map(({ signsFrom }) => signsFrom)).toEqual([start, start + 111]);
    expect(early(once, 100, start + 20)).toEqual(once);
  });

  it('without an announcement the successor signs at once, also the one that is announced', () => {
    expect(statesOf(early([aKey()], 0, start + 10), start + 10)).toEqual(['retired', 'signing']);
    const announced = early([aKey()], 100, start + 10);
    const hurried = early(announced, 0, start + 11);
    expect(hurried.map(({ kid }) => kid)).toEqual(announced.map(({ kid }) => kid));
    expect(statesOf(hurried, start + 11)).toEqual(['retired', 'signing']);
  });
});

describe('NIST SP 800-57 Part 1 §5.5: a key that leaked', () => {
  const without = (keys: readonly StoredKey[], index: number, at: number) =>
    revoked(keys, { kid: keys[index]!.kid, made: spares(), at });

  it('is gone at once, and a new one signs', () => {
    const keys = without([aKey()], 0, start + 10);
    expect(keys).toHaveLength(1);
    expect(statesOf(keys, start + 10)).toEqual(['signing']);
  });

  it('leaves its place to the one that was announced', () => {
    const before = checked([aKey()], start + 950);
    const keys = without(before, 0, start + 960);
    expect(keys).toEqual([{ ...before[1], signsFrom: start + 960 }]);
  });

  it('one that was announced leaves the signing key as it was; one that had retired as well', () => {
    const before = checked([aKey()], start + 950);
    expect(before[0]).toHaveProperty('retiredAt');
    const [only, ...others] = without(before, 1, start + 960);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ kid: before[0]!.kid, signsFrom: start });
    expect(only).not.toHaveProperty('retiredAt');
    expect(statesOf(without(before, 0, start + 2000), start + 2000)).toEqual(['signing']);
  });

  it('does not bring back a key that had ended', () => {
    const before = checked([aKey()], start + 950);
    const at = before[1]!.signsFrom + 10;
    const keys = without(before, 1, at);
    expect(keys[0]!.kid).toBe(before[0]!.kid);
    expect(statesOf(keys, at)).toEqual(['retired', 'signing']);
  });

  it('a name that nobody has changes nothing', () => {
    const keys = [aKey()];
    expect(revoked(keys, { kid: 'nobody', made: spares(), at: start })).toEqual(keys);
  });
});

describe('whatever happens, in whatever order', () => {
  const algorithms = ['ES256', 'RS256'] as const;
  const step = fc.record({
    pass: fc.integer({ min: 0, max: 700 }),
    act: fc.constantFrom('check', 'check', 'check', 'twoChecks', 'early', 'hurry', 'revoke', 'nothing'),
    longestTokenSeconds: fc.integer({ min: 1, max: 500 }),
    which: fc.nat(5),
  });
  const policies = fc.record({
    rotationSeconds: fc.integer({ min: 1, max: 400 }),
    announceSeconds: fc.integer({ min: 1, max: 100 }),
  });
  type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
  interface Issued {
    readonly kid: string;
    readonly expiresAt: number;
  }

  const acted = (keys: readonly StoredKey[], { act, which }: Step, given: RotationPolicy, at: number) => {
    switch (act) {
      case 'check':
        return checked(keys, at, given);
      case 'twoChecks':
        return checked(checked(keys, at, given), at, given);
      case 'early':
        return rotatedEarly(keys, { algorithms, announceSeconds: given.announceSeconds }, { made: spares(given), at });
      case 'hurry':
        return rotatedEarly(keys, { algorithms, announceSeconds: 0 }, { made: spares(given), at });
      case 'revoke':
        return revoked(keys, { kid: keys[which % keys.length]!.kid, made: spares(given), at });
      case 'nothing':
        return [...keys];
    }
  };

  const isOneSigning = (keys: readonly StoredKey[], at: number) =>
    algorithms.every((alg) => keys.filter((key) => key.alg === alg && keyStateAt(key, at) === 'signing').length === 1);

  /** Every instant at which anything changes by itself. */
  const instants = (keys: readonly StoredKey[], from: number, to: number) =>
    [from, to, ...keys.flatMap(({ signsFrom, retiredAt = from }) => [signsFrom, retiredAt - 1, retiredAt])].filter(
      (at) => from <= at && at <= to,
    );

  /** What an instance signs that has not heard of the successor yet, or has. */
  const issuedAt = (keys: readonly StoredKey[], given: RotationPolicy, at: number): Issued[] =>
    keys
      .filter((key) => keyStateAt(key, at) !== 'announced' && at - (key.retiredAt ?? at) <= given.announceSeconds)
      .map(({ kid }) => ({ kid, expiresAt: at + given.longestTokenSeconds }));

  it('exactly one key of an algorithm signs at every instant, and none goes while a token of it lives', () => {
    fc.assert(
      fc.property(policies, fc.array(step, { maxLength: 40 }), (times, steps) => {
        let keys: StoredKey[] = [aKey('ES256'), aKey('RS256')];
        let at = start;
        let given: RotationPolicy = { ...times, longestTokenSeconds: 100 };
        let alive: Issued[] = [];
        keys = checked(keys, at, given);
        for (const one of steps) {
          const before = at;
          at += one.pass;
          const all = instants(keys, before, at);
          expect(all.filter((instant) => !isOneSigning(keys, instant))).toEqual([]);
          alive.push(...all.flatMap((instant) => issuedAt(keys, given, instant)));
          // A lifetime that changed is noted at the next check.
          if (one.act === 'check') given = { ...given, longestTokenSeconds: one.longestTokenSeconds };
          const kept = acted(keys, one, given, at);
          const kids = new Set(kept.map(({ kid }) => kid));
          alive = alive.filter(({ expiresAt }) => expiresAt > at);
          if (one.act === 'revoke') alive = alive.filter(({ kid }) => kids.has(kid));
          expect(alive.filter(({ kid }) => !kids.has(kid))).toEqual([]);
          expect(isOneSigning(kept, at)).toBe(true);
          keys = kept;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('two that plan at once come to the same: the second adds nothing', () => {
    fc.assert(
      fc.property(policies, fc.array(step, { maxLength: 20 }), (times, steps) => {
        const given = { ...times, longestTokenSeconds: 50 };
        let keys: StoredKey[] = [aKey('ES256'), aKey('RS256')];
        let at = start;
        for (const one of steps) {
          at += one.pass;
          keys = acted(keys, one, given, at);
          const once = checked(keys, at, given);
          expect(checked(once, at, given)).toEqual(once);
          expect(planRotation(once, given, at).missing).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('a key that was not hurried is published before it signs for as long as the policy says', () => {
    fc.assert(
      fc.property(policies, fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 30 }), (times, passes) => {
        const given = { ...times, longestTokenSeconds: 50 };
        let keys: StoredKey[] = [aKey('ES256'), aKey('RS256')];
        let at = start;
        for (const pass of passes) {
          at += pass;
          const known = new Set(keys.map(({ kid }) => kid));
          keys = checked(keys, at, given);
          for (const key of keys.filter(({ kid }) => !known.has(kid)))
            expect(key.signsFrom - key.announcedAt).toBeGreaterThan(given.announceSeconds);
        }
      }),
      { numRuns: 200 },
    );
  });
});
