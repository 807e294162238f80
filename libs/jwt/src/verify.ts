import { compactVerify, decodeProtectedHeader } from 'jose';
import type { KeySet } from './key-set.js';
import type { JwtClaims } from './sign.js';

/** What must be true of a JWT besides its signature. */
export interface Expected {
  readonly typ: string;
  readonly issuer: string;
}

/**
 * The claims of a JWT that this key set signed, or nothing. The algorithm is the key's, never the header's choice.
 * Times are the caller's to check: a logout hint may have expired.
 * @see RFC 7515 §5.2, RFC 8725 §3.1, §3.11
 */
export const verifyJwt = async (token: string, keys: KeySet, expected: Expected): Promise<JwtClaims | undefined> => {
  try {
    const { kid = '', typ } = decodeProtectedHeader(token);
    const key = keys.verification(kid);
    if (!key || typ?.toLowerCase() !== expected.typ.toLowerCase()) return undefined;
    const { payload } = await compactVerify(token, key.publicKey, { algorithms: [key.alg] });
    const claims = JSON.parse(new TextDecoder().decode(payload)) as JwtClaims;
    return claims.iss === expected.issuer ? claims : undefined;
  } catch {
    return undefined;
  }
};
