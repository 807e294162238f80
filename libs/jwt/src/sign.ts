import { constants, createHmac, sign as signBytes, type SignKeyObjectInput } from 'node:crypto';
import type { SigningAlgorithm } from './key-store.js';
import type { SigningKey } from './key-set.js';

/** The claims of a JWT. @see RFC 7519 §4.1 */
export type JwtClaims = Readonly<Record<string, unknown>>;

const ways: Record<SigningAlgorithm, { digest: string | null; options: Omit<SignKeyObjectInput, 'key'> }> = {
  RS256: { digest: 'sha256', options: { padding: constants.RSA_PKCS1_PADDING } },
  PS256: { digest: 'sha256', options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
  ES256: { digest: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  EdDSA: { digest: null, options: {} },
};

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

interface Signing {
  readonly digest: string | null;
  readonly key: SignKeyObjectInput;
}

// Asynchronous: the RSA operation runs on the thread pool, so that the event loop stays free for the next request.
const signature = (input: string, { digest, key }: Signing): Promise<string> =>
  new Promise((resolve, reject) => {
    signBytes(digest, Buffer.from(input), key, (error, bytes) => {
      if (error) reject(error);
      else resolve(bytes.toString('base64url'));
    });
  });

/**
 * A signed JWT in compact form, with `alg`, `typ` and `kid` in its header.
 * @see RFC 7515 §4.1.1, §4.1.4, §5.1, §7.1; RFC 7518 §3.1, §3.3, §3.4, §3.5; RFC 7519 §7.1; RFC 8037 §3.1; RFC 8725 §3.7
 */
export const signJwt = async (claims: JwtClaims, typ: string, key: SigningKey): Promise<string> => {
  const { digest, options } = ways[key.alg];
  const input = `${encode({ alg: key.alg, typ, kid: key.kid })}.${encode(claims)}`;
  return `${input}.${await signature(input, { digest, key: { key: key.privateKey, ...options } })}`;
};

/** So many bytes a secret must have to sign with HS256. @see RFC 7518 §3.2, RFC 8725 §3.5, OpenID Connect Core 1.0 §16.19 */
export const shortestSecretBytes = 32;

/** The octets of a client secret are the key. @see OpenID Connect Core 1.0 §10.1 */
export const secretKeyOf = (secret: string): Uint8Array => new TextEncoder().encode(secret);

/** A JWT that is signed with a client's secret, HS256. @see RFC 7518 §3.2, OpenID Connect Core 1.0 §10.1 */
export const signWithSecret = (claims: JwtClaims, typ: string, secret: string): string => {
  const input = `${encode({ alg: 'HS256', typ })}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secretKeyOf(secret)).update(input).digest('base64url')}`;
};
