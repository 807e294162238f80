import { CompactEncrypt } from 'jose';
import type { ContentEncryption, EncryptionAlgorithm } from './encryption-algorithms.js';
import { publicKeyOf, type PublicJwk } from './jwk.js';

/** For whom something is encrypted, and how. */
export interface Encryption {
  readonly alg: EncryptionAlgorithm;
  readonly enc: ContentEncryption;
  readonly jwk: PublicJwk;
  /** Says that what is inside is a JWT again. @see RFC 7519 §5.2 */
  readonly nested: boolean;
}

/** A JWT that only the holder of the private key can read, in compact form. @see RFC 7516 §7.1, RFC 7519 §5.2, §11.2 */
export const encryptJwt = (content: string, { alg, enc, jwk, nested }: Encryption): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(content))
    .setProtectedHeader({
      alg,
      enc,
      typ: 'JWT',
      ...(nested ? { cty: 'JWT' } : {}),
      ...(jwk.kid === undefined ? {} : { kid: jwk.kid }),
    })
    .encrypt(publicKeyOf(jwk));
