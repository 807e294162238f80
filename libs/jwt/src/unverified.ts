import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { JwtClaims } from './sign.js';

/** A JWT as it says of itself, before anything is verified: enough to find out with which key it is to be verified. */
export interface UnverifiedJwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: JwtClaims;
}

/** Reads a signed JWT without verifying it; nothing where it is none. @see RFC 7515 §7.1, RFC 9864 §2.2 */
export const unverifiedJwt = (token: string): UnverifiedJwt | undefined => {
  try {
    const { alg, ...header } = decodeProtectedHeader(token);
    // RFC 9864 §2.2: the newer name of EdDSA with this curve, the only one that is taken.
    return { header: { ...header, alg: alg === 'Ed25519' ? 'EdDSA' : alg }, claims: decodeJwt(token) };
  } catch {
    return undefined;
  }
};

/** Is it an encrypted JWT: five parts instead of three? @see RFC 7516 §9 */
export const isEncrypted = (token: string): boolean => token.split('.').length === 5;
