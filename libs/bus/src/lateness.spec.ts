import { describe, expect, it } from '@jest/globals';
import type { Msg } from '@nats-io/transport-node';
import { lateness } from './lateness.js';
import { callHead } from './wire.js';

const budgetMs = 10_000;

/** A message that has been on its way for so long, of a caller whose clock is so far ahead. */
const message = (tookMs: number, { aheadMs = 0, caller = 'one' } = {}): Msg => {
  const deadline = Date.now() - tookMs + aheadMs + budgetMs;
  return { reply: `_INBOX.${caller}.1`, headers: callHead({ requestId: 'request-1', deadline, budgetMs }) } as Msg;
};

describe('a message is late', () => {
  it.each([0, 30_000, -30_000, 60_000, -60_000])(
    'when it took longer than the caller waits, whose clock is %d ms ahead',
    (aheadMs) => {
      const isLate = lateness();
      const seen = [5, 3, budgetMs - 1, budgetMs + 50, budgetMs + 50, 4].map((tookMs) =>
        isLate(message(tookMs, { aheadMs })),
      );
      expect(seen).toEqual([false, false, false, true, true, false]);
    },
  );

  it('for each caller by its own clock', () => {
    const isLate = lateness();
    const from = (caller: string, aheadMs: number) => isLate(message(1, { caller, aheadMs }));
    expect([from('one', 30_000), from('other', -30_000), from('one', 30_000), from('other', -30_000)]).not.toContain(
      true,
    );
  });

  it('at the first of a caller only where no clock explains it', () => {
    expect(lateness()(message(budgetMs + 50_000))).toBe(false);
    expect(lateness()(message(budgetMs + 60_000))).toBe(true);
  });

  it('never without a deadline; by the clocks alone where nothing else is told', () => {
    const isLate = lateness();
    const withDeadline = (deadline: number) =>
      ({ reply: '_INBOX.one.1', headers: callHead({ requestId: 'request-1', deadline }) }) as Msg;
    expect(isLate({ reply: '_INBOX.one.1' } as Msg)).toBe(false);
    expect(isLate(withDeadline(Date.now() + 100))).toBe(false);
    expect(isLate(withDeadline(Date.now() - 1))).toBe(true);
    expect(isLate(withDeadline(NaN))).toBe(false);
  });
});
