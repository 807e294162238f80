import { z } from 'zod';

/** How the key of an encrypted JWT gets to its reader. @see RFC 7518 §4.3, §4.6 */
export const encryptionAlgorithm = z.enum(['RSA-OAEP-256', 'ECDH-ES', 'ECDH-ES+A128KW']);

/** @see RFC 7518 §4.3, §4.6 */
export type EncryptionAlgorithm = z.infer<typeof encryptionAlgorithm>;

/** How the content of an encrypted JWT is encrypted. @see RFC 7518 §5.2.3, §5.3 */
export const contentEncryption = z.enum(['A128CBC-HS256', 'A128GCM', 'A256GCM']);

/** @see RFC 7518 §5.2.3, §5.3 */
export type ContentEncryption = z.infer<typeof contentEncryption>;
