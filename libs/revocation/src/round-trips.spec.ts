import { afterEach, expect, it, jest } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { earlier, msSince, never, roundTrips, thisMoment, type RoundTrips } from './index.js';

let trips: RoundTrips | undefined;
afterEach(() => {
  trips?.stop();
  jest.restoreAllMocks();
});

it('what comes before the first answer counts as older than anything', async () => {
  let answer = (): void => undefined;
  const asked = thisMoment();
  trips = roundTrips(() => new Promise<void>((resolve) => (answer = resolve)));
  await pause(120);
  expect(trips.answeredAt()).toBe(never);
  expect(msSince(never)).toBe(Infinity);
  answer();
  await pause(0);
  // As of when it was asked, however long the answer took.
  expect(Math.abs(msSince(asked) - msSince(trips.answeredAt()))).toBeLessThan(20);
});

it('goes on asking, one question at a time, whether it is answered or not', async () => {
  let [asked, open] = [0, 0];
  trips = roundTrips(async () => {
    asked += 1;
    open += 1;
    expect(open).toBe(1);
    await pause(5);
    open -= 1;
    if (asked % 2 === 0) throw new Error('nobody answers');
  });
  for (let seen = 0; seen < 3; seen += 1) {
    const before = asked;
    for (const giveUpAt = Date.now() + 5_000; asked < before + 2 && Date.now() < giveUpAt;) await pause(5);
    await pause(10);
    expect(asked).toBeGreaterThanOrEqual(before + 2);
    expect(msSince(trips.answeredAt())).toBeLessThan(1_000);
  }
  trips.stop();
  const last = asked;
  await pause(120);
  expect(asked).toBe(last);
});

it('a machine that slept has aged by the clock that went on', () => {
  const moment = earlier(thisMoment(), 100);
  expect(msSince(moment)).toBeGreaterThanOrEqual(100);
  const wall = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(wall + 60_000);
  expect(msSince(moment)).toBeGreaterThanOrEqual(60_000);
  jest.spyOn(Date, 'now').mockReturnValue(wall - 60_000);
  expect(msSince(moment)).toBeGreaterThanOrEqual(100);
  expect(msSince(moment)).toBeLessThan(10_000);
});
