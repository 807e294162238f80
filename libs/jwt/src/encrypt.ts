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
  /** Claims of what is inside that the header repeats. @see RFC 7519 §5.3 */
  readonly replicated?: Readonly<Record<string, unknown>> | undefined;
}

/** A JWT that only the holder of the private key can read, in compact form. @see RFC 7516 §5.1, §7.1; RFC 7519 §5.2, §5.3, §11.2; RFC 8725 §3.6 */
export const encryptJwt = (content: string, { alg, enc, jwk, nested, replicated }: Encryption): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(content))
    .setProtectedHeader({
      ...replicated,
      alg,
      enc,
      typ: 'JWT',
      ...(nested ? { cty: 'JWT' } : {}),
      ...(jwk.kid === undefined ? {} : { kid: jwk.kid }),
    })
    .encrypt(publicKeyOf(jwk));
