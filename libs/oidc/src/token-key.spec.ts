import { describe, expect, it } from '@jest/globals';
import { dayOf, monthOf, pairName, sha256 } from '@portico/endpoint';
import { tokenKey } from './token-key.js';

const at = 1_800_000_000;
const id = `${monthOf(at).toString(16)}-3f2b6c1e-9a6b-4c43-a2a6-0d7f6c0f3e11.random`;

const jwt = (claims: unknown): string => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'at+jwt' })}.${part(claims)}.c2ln`;
};

describe('under what a token is stored', () => {
  const short = jwt({ iat: at, exp: at + 3600, jti: id });
  const long = jwt({ iat: at, exp: at + 5 * 86_400, jti: id });
  const opaque = `${'s'.repeat(43)}${pairName([dayOf(at), monthOf(at)])}`;
  const device = `${'s'.repeat(43)}${pairName([dayOf(at), undefined])}`;
  const hex = `${'a'.repeat(35)}${pairName([dayOf(at), monthOf(at)])}`;

  it.each([
    ['RFC 9068 §2.2: a JWT, by its exp and its jti', short, `${dayOf(at + 3600)}.${monthOf(at)}.`],
    ['a JWT of more than three days', long, `${monthOf(at)}.${monthOf(at)}.`],
    ['an opaque text', opaque, `${dayOf(at)}.${monthOf(at)}.`],
    ['RFC 8628 §3.2: a device code, which leaves out the part of its authorization', device, `${dayOf(at)}..`],
    ['a text of 40 hex digits', hex, `${dayOf(at)}.${monthOf(at)}.`],
  ])('%s', (_, text, place) => {
    expect(tokenKey(text, at)).toBe(place + sha256(text));
    expect(tokenKey(text, at + 60)).toBe(place + sha256(text));
  });

  it.each([
    '',
    'x',
    '.',
    '..',
    'a.b.c',
    'x'.repeat(100_000),
    '.'.repeat(1000),
    jwt(null),
    jwt([]),
    jwt({ iat: at, exp: at + 60 }),
    jwt({ exp: at + 60, jti: id }),
    jwt({ iat: at, jti: id }),
    jwt({ iat: String(at), exp: String(at + 60), jti: id }),
    jwt({ iat: 0, exp: 1e300, jti: id }),
    jwt({ iat: 1e300, exp: at, jti: 'fffff-x' }),
    jwt({ iat: at, exp: at + 60, jti: 'fffff-x' }),
    jwt({ iat: at - 90 * 86_400, exp: at - 89 * 86_400, jti: id }),
    's'.repeat(43),
    `${'s'.repeat(43)}fffff`,
  ])('RFC 6749 §10.10: what somebody made up leads nowhere (%#)', (text) => {
    expect(tokenKey(text, at)).toBe(sha256(text));
  });
});
