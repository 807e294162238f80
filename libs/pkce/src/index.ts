import { createHash, timingSafeEqual } from 'node:crypto';

/** Is this text shaped like a verifier, or a challenge: 43 to 128 unreserved characters? @see RFC 7636 §4.1, §4.2 */
export const isVerifier = (text: string): boolean => /^[A-Za-z0-9\-._~]{43,128}$/.test(text);

/** The transformations of a verifier into its challenge. @see RFC 7636 §4.2 */
export type CodeChallengeMethod = 'S256' | 'plain';

/** BASE64URL(SHA256(ASCII(verifier))). @see RFC 7636 §4.2, Appendix B */
export const s256 = (verifier: string): string => createHash('sha256').update(verifier, 'ascii').digest('base64url');

/** Does the verifier belong to the challenge? Compared in constant time. @see RFC 7636 §4.6 */
export const verify = (verifier: string, challenge: string, method: CodeChallengeMethod): boolean => {
  if (!isVerifier(verifier)) return false;
  const derived = Buffer.from(method === 'S256' ? s256(verifier) : verifier);
  const expected = Buffer.from(challenge);
  return derived.length === expected.length && timingSafeEqual(derived, expected);
};
