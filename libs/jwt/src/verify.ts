import { compactVerify, decodeProtectedHeader } from 'jose';
import type { KeyObject } from 'node:crypto';
import type { KeySet } from './key-set.js';
import type { SigningAlgorithm } from './key-store.js';
import type { JwtClaims } from './sign.js';

/** What must be true of a JWT besides its signature. */
export interface Expected {
  readonly typ: string;
  readonly issuer: string;
}

/**
 * The claims of a JWT that this key set signed, or nothing. The algorithm is the key's, never the header's choice.
 * Times are the caller's to check: a logout hint may have expired.
 * @see RFC 7515 §5.2; RFC 7519 §7.2; RFC 8725 §3.1, §3.8, §3.11, §3.12; RFC 9068 §4
 */
export const verifyJwt = async (token: string, keys: KeySet, expected: Expected): Promise<JwtClaims | undefined> => {
  try {
    const { kid = '', typ } = decodeProtectedHeader(token);
    const key = keys.verification(kid);
    if (!key || typ?.toLowerCase() !== expected.typ.toLowerCase()) return undefined;
    const claims = await verifySignature(token, key.publicKey, key.alg);
    return claims?.iss === expected.issuer ? claims : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The claims of a JWT that this key signed with this algorithm, or nothing; what they say is the caller's to check.
 * @see RFC 7515 §5.2, Appendix A.1, Appendix A.3; RFC 8725 §3.1, §3.3
 */
export const verifySignature = async (
  token: string,
  key: KeyObject | Uint8Array,
  alg: SigningAlgorithm | 'HS256',
): Promise<JwtClaims | undefined> => {
  try {
    const { payload } = await compactVerify(token, key, { algorithms: alg === 'EdDSA' ? [alg, 'Ed25519'] : [alg] });
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? (claims as JwtClaims) : undefined;
  } catch {
    return undefined;
  }
};
