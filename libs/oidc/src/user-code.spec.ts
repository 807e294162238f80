import { describe, expect, it } from '@jest/globals';
import { newUserCode, readUserCode, shownUserCode } from './user-code.js';

describe('RFC 8628 §6.1: user codes', () => {
  it('have eight letters out of 20, each of which comes', () => {
    const codes = Array.from({ length: 500 }, newUserCode);
    for (const code of codes) expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
    expect(new Set(codes.join('')).size).toBe(20);
    expect(new Set(codes).size).toBe(500);
  });

  it('are shown in two groups', () => {
    expect(shownUserCode('WDJBMJHT')).toBe('WDJB-MJHT');
  });

  it.each(['WDJB-MJHT', 'wdjbmjht', ' wdjb mjht ', 'W.D.J.B_M/J/H/T', 'WDJB–MJHT', 'ＷＤＪＢ－ｍｊｈｔ'])(
    '%s is read as WDJBMJHT',
    (typed) => {
      expect(readUserCode(typed)).toBe('WDJBMJHT');
    },
  );

  it.each([
    '',
    'WDJB-MJH',
    'WDJB-MJHTT',
    'WDJA-MJHT',
    'WDJB-MJH7',
    '设备代码设备代码',
    '-'.repeat(100_000),
    'W'.repeat(100_000),
  ])('%# is none', (typed) => {
    expect(readUserCode(typed)).toBeUndefined();
  });
});
