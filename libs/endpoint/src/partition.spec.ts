import { describe, expect, it } from '@jest/globals';
import {
  dayOf,
  daysUpTo,
  monthOf,
  monthsUpTo,
  isNear,
  namedPair,
  namedPartition,
  namedSecret,
  pairName,
  partitionEnd,
  partitionFor,
  partitionName,
  unbounded,
} from './partition.js';

const at = (text: string): number => Date.parse(text) / 1000;
const midnight = at('2027-01-01T00:00:00Z');

describe('the part of a table', () => {
  it.each([
    ['expires on the day it was made', midnight - 600, midnight - 1, dayOf(midnight) - 1],
    ['expires at midnight', midnight - 600, midnight, dayOf(midnight)],
    ['expired before it was made', midnight, midnight - 1, dayOf(midnight) - 1],
    ['lasts three days', midnight - daysUpTo, midnight, dayOf(midnight)],
    ['lasts a second more', midnight - daysUpTo - 1, midnight, monthOf(midnight)],
    ['lasts into the last second of a year', midnight - monthsUpTo, midnight - 1, monthOf(midnight) - 1],
    ['lasts 400 days', midnight - monthsUpTo, midnight, monthOf(midnight)],
    ['lasts a second more than that', midnight - monthsUpTo - 1, midnight, unbounded],
    ['is no number', Number.NaN, Number.NaN, unbounded],
    ['is a fraction', midnight, midnight + 0.5, unbounded],
    ['expires before the calendar', -10, -5, unbounded],
    ['expires after it', Number.MAX_SAFE_INTEGER - 5, Number.MAX_SAFE_INTEGER, unbounded],
    ['never expires', midnight, Number.POSITIVE_INFINITY, unbounded],
  ])('of what %s', (_, from, until, expected) => {
    expect(partitionFor({ from, until })).toBe(expected);
  });

  it('ends no earlier than anything in it, and never later than the next one begins', () => {
    for (let until = midnight - 800 * 86_400; until < midnight; until += 7919) {
      for (const lasting of [600, daysUpTo + 1]) {
        const part = partitionFor({ from: until - lasting, until });
        expect(partitionEnd(part)).toBeGreaterThan(until);
        expect(partitionEnd(part - 1)).toBeLessThanOrEqual(until);
      }
    }
  });

  it.each([unbounded, -1, 0x2_00_00, 0xf_ff_ff])('%i never ends', (part) => {
    expect(partitionEnd(part)).toBeUndefined();
  });

  it('RFC 6749 §10.10: is named at the end of a secret, whose own 256 bits stay', () => {
    const span = { from: midnight, until: midnight + 600 };
    const secrets = Array.from({ length: 50 }, () => namedSecret(span));
    expect(new Set(secrets.map((text) => text.slice(0, 43))).size).toBe(50);
    for (const text of secrets) {
      expect(text).toMatch(/^[\w-]{43}[0-9a-f]{5}$/);
      expect(namedPartition(text)).toBe(dayOf(midnight));
    }
  });

  it.each([dayOf(midnight), monthOf(midnight), unbounded])('%i is read back from every form of a text', (part) => {
    const name = partitionName(part);
    expect(namedPartition(`${'-_'.repeat(21)}Z${name}`)).toBe(part);
    expect(namedPartition(`${name}-3f2b6c1e-9a6b-4c43-a2a6-0d7f6c0f3e11`)).toBe(part);
  });

  it.each([
    '',
    '3f2b6c1e-9a6b-4c43-a2a6-0d7f6c0f3e11',
    'a'.repeat(43),
    'a'.repeat(41),
    `${'a'.repeat(43)}0500F`,
    `${'a'.repeat(42)}\u00000500f`,
    `${'a'.repeat(43)}0500f\n`,
    'x'.repeat(100_000),
    '\ud800',
  ])('is not named by %j', (text) => {
    expect(namedPartition(text)).toBe(unbounded);
  });

  const parts = (at: number) => [
    unbounded,
    ...Array.from({ length: 9 }, (_, index) => dayOf(at) - 1 + index),
    ...Array.from({ length: 16 }, (_, index) => monthOf(at) - 1 + index),
  ];

  it.each([0, 1, 86_399, 250 * 86_400, 499 * 86_400, 20_000 * 86_400])(
    'any two that hold something are read from a token of either form (%i s after midnight)',
    (later) => {
      const now = midnight + later;
      for (const token of parts(now)) {
        for (const authorization of parts(now)) {
          const name = pairName([token, authorization]);
          expect(namedPair(`${'a'.repeat(35)}${name}`, now)).toEqual([token, authorization]);
          expect(namedPair(`${'-_'.repeat(21)}Z${name}`, now)).toEqual([token, authorization]);
          expect([token, authorization].every((part) => isNear(part, now))).toBe(true);
        }
      }
    },
  );

  it('what is past or too far ahead is not looked for', () => {
    for (const days of [-400, -3, 9, 400]) {
      const part = dayOf(midnight) + days;
      expect(isNear(part, midnight)).toBe(false);
      expect(namedPair(`${'a'.repeat(43)}${pairName([part, part])}`, midnight)).toEqual([unbounded, unbounded]);
    }
    for (const months of [-2, 17, 400]) {
      const part = monthOf(midnight) + months;
      expect(isNear(part, midnight)).toBe(false);
      expect(namedPair(`${'a'.repeat(43)}${pairName([part, part])}`, midnight)).toEqual([unbounded, unbounded]);
    }
  });

  it('whatever somebody makes up leads to a part nearby, or to none', () => {
    for (let value = 0; value < 1 << 20; value += 997) {
      const pair = namedPair(`${'0'.repeat(35)}${value.toString(16).padStart(5, '0')}`, midnight);
      expect(pair.every((part) => part === undefined || isNear(part, midnight))).toBe(true);
    }
  });

  it.each([0, 1, 250 * 86_400, 499 * 86_400, 20_000 * 86_400])(
    'RFC 8628 §3.2: a token issued before its authorization names its own part alone (%i s after midnight)',
    (later) => {
      const now = midnight + later;
      for (const token of parts(now)) {
        const name = pairName([token, undefined]);
        expect(name).toMatch(/^[0-9a-f]{2}[37bf]ff$/);
        expect(namedPair(`${'a'.repeat(43)}${name}`, now)).toEqual([token, undefined]);
      }
    },
  );

  it('the part of a token is always told, whatever somebody makes up', () => {
    for (let days = 0; days < 20_000; days += 7) {
      for (const authorization of [0, 1, 512, 1023]) {
        const name = ((1023 << 10) | authorization).toString(16);
        expect(namedPair(`${'a'.repeat(43)}${name}`, days * 86_400)).toEqual([unbounded, unbounded]);
      }
    }
  });
});
