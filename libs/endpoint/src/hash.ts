import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/** SHA-256 in base64url: under this name a token, code or cookie is stored, never by itself. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** HMAC-SHA-256 in base64url. @see RFC 2104 */
export const hmacSha256 = (key: string | Uint8Array, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url');

/** A new secret of 256 random bits in base64url. @see RFC 6749 §10.10 (guessing must be infeasible) */
export const randomSecret = (): string => randomBytes(32).toString('base64url');

/** A new id of 128 random bits in base64url. @see RFC 7519 §4.1.7 */
export const randomId = (): string => randomBytes(16).toString('base64url');

/** A key of 32 bytes for one purpose, derived from the installation's secret. @see RFC 5869 */
export const deriveKey = (secret: string, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, 'portico', purpose, 32));

/** Compares in a time that tells nothing of where two texts differ. */
export const sameText = (one: string, other: string): boolean =>
  timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());
