import { describe, expect, it } from '@jest/globals';
import { isVerifier, s256, verify } from './index.js';

const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

describe('RFC 7636', () => {
  it('Appendix B: the challenge of the example verifier', () => expect(s256(verifier)).toBe(challenge));

  it.each([
    ['S256 and the right verifier', verifier, challenge, 'S256', true],
    ['plain and the right verifier', verifier, verifier, 'plain', true],
    ['a wrong verifier', `${verifier}x`, challenge, 'S256', false],
    ['the challenge itself as the verifier', challenge, challenge, 'S256', false],
    ['a verifier that is too short (§4.1)', 'short', s256('short'), 'S256', false],
    ['an empty verifier', '', challenge, 'S256', false],
  ] as const)('§4.6: %s', (_, text, against, method, expected) => expect(verify(text, against, method)).toBe(expected));

  it.each([
    [verifier, true],
    ['a'.repeat(42), false],
    ['a'.repeat(43), true],
    ['a'.repeat(128), true],
    ['a'.repeat(129), false],
    [`${'a'.repeat(43)}+`, false],
    [`${'a'.repeat(43)}\n`, false],
  ])('§4.1: %s is a verifier: %s', (text, expected) => expect(isVerifier(text)).toBe(expected));
});
