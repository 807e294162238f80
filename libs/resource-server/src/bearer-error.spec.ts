import { describe, expect, it } from '@jest/globals';
import { BearerError, bearerToken, challenge, refusalOf } from './index.js';

describe('RFC 6750 §2.1: the Authorization header', () => {
  it.each(['Bearer abc.def-_~+/==', 'bearer abc.def-_~+/==', 'BEARER   abc.def-_~+/=='])('%j', (value) =>
    expect(bearerToken(value)).toBe('abc.def-_~+/=='),
  );

  it.each<[string | undefined, string]>([
    [undefined, 'no_token'],
    ['', 'no_token'],
    ['Basic YTpi', 'no_token'],
    ['abc.def', 'no_token'],
    ['Bearer', 'invalid_request'],
    ['Bearer ', 'invalid_request'],
    ['Bearer a b', 'invalid_request'],
    ['Bearer a"b', 'invalid_request'],
    ['Bearer ü', 'invalid_request'],
    ['Bearer =', 'invalid_request'],
  ])('%j is refused', (value, code) => {
    expect(() => bearerToken(value)).toThrow(expect.objectContaining({ code }));
  });
});

describe('RFC 6750 §3: the challenge', () => {
  it('§3.1: says nothing of an error where no token came', () => {
    expect(challenge(new BearerError('no_token', 'is needed'))).toBe('Bearer realm="api"');
    expect(refusalOf(new BearerError('no_token', 'is needed'))).toMatchObject({ status: 401, body: {} });
  });

  it('names the error, and the scope that is missing', () => {
    const error = new BearerError('insufficient_scope', 'more', { scope: ['orders:read', 'orders:write'] });
    expect(challenge(error, 'orders')).toBe(
      'Bearer realm="orders", error="insufficient_scope", error_description="more", scope="orders:read orders:write"',
    );
  });

  it('a value cannot break out of its quotes', () => {
    expect(challenge(new BearerError('invalid_token', 'a", error="x\\"\r\nSet-Cookie: a'), 'r"')).toBe(
      'Bearer realm="r?", error="invalid_token", error_description="a?, error=?x????Set-Cookie: a"',
    );
  });

  it('RFC 9110 §15.6.4: what is no fault of the token is told apart, with the time to wait', () => {
    const refusal = refusalOf(new BearerError('temporarily_unavailable', 'at present'));
    expect(refusal).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    expect(refusal.headers).not.toHaveProperty('www-authenticate');
  });

  it.each([
    ['invalid_request', 400],
    ['invalid_token', 401],
    ['insufficient_scope', 403],
  ] as const)('%s is %s', (code, status) => {
    const refusal = refusalOf(new BearerError(code, 'why'));
    expect(refusal).toMatchObject({ status, body: { error: code, error_description: 'why' } });
    expect(refusal.headers['www-authenticate']).toContain(`error="${code}"`);
  });
});
