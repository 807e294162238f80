import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { EncryptionAlgorithm } from './encryption-algorithms.js';
import type { SigningAlgorithm } from './key-store.js';

const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const isPublic = (jwk: object): boolean => !secretMembers.some((member) => member in jwk);

// RFC 7518 §3.3, §4.3: at least 2048 bits; the upper bound keeps one key from costing as much as a hundred.
const isReadable = (jwk: object): boolean => {
  try {
    const { asymmetricKeyDetails: { modulusLength = 2048 } = {} } = publicKeyOf(jwk as PublicJwk);
    return modulusLength >= 2048 && modulusLength <= 8192;
  } catch {
    return false;
  }
};

const text = z.string().max(2048).optional();

/** Somebody else's public key. @see RFC 7517 §4; RFC 7518 §3.3; RFC 8725 §3.4, §3.5 */
export const publicJwkSchema = z
  .looseObject({
    kty: z.enum(['RSA', 'EC', 'OKP']),
    use: z.enum(['sig', 'enc']).optional(),
    alg: z.string().max(64).optional(),
    kid: z.string().max(256).optional(),
    ...{ n: text, e: text, crv: text, x: text, y: text },
  })
  .refine(isPublic, 'must be a public key')
  .refine(isReadable, 'is no key that can be read, or an RSA key of fewer than 2048 or more than 8192 bits')
  .transform(({ kty, use, alg, kid, n, e, crv, x, y }) => ({ kty, use, alg, kid, n, e, crv, x, y }));

/** @see RFC 7517 §4 */
export type PublicJwk = z.output<typeof publicJwkSchema>;

/** A set of somebody else's public keys. @see RFC 7517 §5 */
export const jwksSchema = z.object({ keys: z.array(publicJwkSchema).min(1).max(20) });

/** @see RFC 7517 §5 */
export interface Jwks {
  readonly keys: readonly PublicJwk[];
}

const most = 100;

/**
 * The keys of a set that was read from elsewhere; those that are not understood are left out.
 * @see RFC 7517 §5
 */
export const readJwks = (value: unknown): Jwks => {
  const { data } = z.object({ keys: z.array(z.unknown()) }).safeParse(value);
  const keys = (data?.keys ?? []).slice(0, most).flatMap((key) => {
    const read = publicJwkSchema.safeParse(key);
    return read.success ? [read.data] : [];
  });
  return { keys };
};

/** The key, ready for use. @see RFC 7517 §4 */
export const publicKeyOf = (jwk: PublicJwk): KeyObject =>
  createPublicKey({ key: jwk as unknown as JsonWebKey, format: 'jwk' });

type Fits = readonly [use: 'sig' | 'enc', kind: (jwk: PublicJwk) => boolean];
const rsa = ({ kty }: PublicJwk): boolean => kty === 'RSA';
const curve =
  (...names: readonly string[]) =>
  ({ crv = '' }: PublicJwk): boolean =>
    names.includes(crv);
const agreement: Fits = ['enc', curve('P-256', 'P-384', 'P-521', 'X25519')];

const fits: Record<SigningAlgorithm | EncryptionAlgorithm, Fits> = {
  RS256: ['sig', rsa],
  PS256: ['sig', rsa],
  ES256: ['sig', curve('P-256')],
  EdDSA: ['sig', curve('Ed25519')],
  'RSA-OAEP-256': ['enc', rsa],
  'ECDH-ES': agreement,
  'ECDH-ES+A128KW': agreement,
};

/**
 * The keys that may serve an algorithm: of its kind, for its use, not for another algorithm, and, where a `kid` is
 * said, not of another name.
 * @see RFC 7517 §4.2, §4.4, §4.5; RFC 8725 §3.1, §3.10
 */
export const keysFor = (
  { keys }: Jwks,
  { alg, kid }: { readonly alg: SigningAlgorithm | EncryptionAlgorithm; readonly kid?: string | undefined },
): PublicJwk[] => {
  const [use, isOfKind] = fits[alg];
  return keys.filter(
    (key) =>
      isOfKind(key) &&
      (key.use ?? use) === use &&
      (key.alg ?? alg) === alg &&
      (kid === undefined || (key.kid ?? kid) === kid),
  );
};
