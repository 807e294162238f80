import type { EpochSeconds } from '@portico/endpoint';
import { z } from 'zod';

/** The signature algorithms, each with keys of its own, so that a key's `alg` is never in doubt. @see RFC 7518 §3.1, RFC 8037 §3.1 */
export const signingAlgorithm = z.enum(['RS256', 'PS256', 'ES256', 'EdDSA']);

/** What a JWT can be signed with. @see RFC 7518 §3.1, RFC 8037 §3.1 */
export type SigningAlgorithm = z.infer<typeof signingAlgorithm>;

/** A signing key as it is stored: the private half sealed. Its times say whether it is announced, signing or retired. */
export interface StoredKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly publicJwk: Readonly<Record<string, string>>;
  /** The private JWK under AES-256-GCM, base64url. */
  readonly sealedPrivateJwk: string;
  readonly announcedAt: EpochSeconds;
  /** From here on it signs. */
  readonly signsFrom: EpochSeconds;
  /** From here on it only verifies. */
  readonly retiredAt?: EpochSeconds;
}

/** Keeps the signing keys of the installation. */
export interface KeyStore {
  list(): Promise<StoredKey[]>;
  /**
   * Adds those of the keys whose algorithm has none yet, as one atomic step: however many instances start at once, one
   * key an algorithm comes out. Answers what is stored then.
   */
  establish(keys: readonly StoredKey[]): Promise<StoredKey[]>;
}
