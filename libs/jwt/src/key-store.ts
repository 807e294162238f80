import type { EpochSeconds } from '@portico/endpoint';
import { z } from 'zod';

/** The signature algorithms, each with keys of its own, so that a key's `alg` is never in doubt. @see RFC 7518 §3.1, RFC 8037 §3.1, RFC 8725 §3.2 */
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
  /** From here on it only verifies: its successor signs. */
  readonly retiredAt?: EpochSeconds;
  /** The longest that a token lived which it may have signed. */
  readonly longestTokenSeconds: number;
}

/** What becomes of the keys that are stored. */
export type KeyPlan = (stored: readonly StoredKey[]) => readonly StoredKey[];

/** What the audit log calls a change of keys; the first where nothing else is said. */
export type KeysChangedWhy = 'keys_rotated' | 'keys_revoked';

/** Which keys came and which went, by name. */
export const keysChanged = (
  before: readonly StoredKey[],
  after: readonly StoredKey[],
): { readonly added: readonly string[]; readonly removed: readonly string[] } => {
  const [old, now] = [before, after].map((keys) => new Set(keys.map(({ kid }) => kid)));
  return {
    added: [...(now ?? [])].filter((kid) => !old?.has(kid)),
    removed: [...(old ?? [])].filter((kid) => !now?.has(kid)),
  };
};

/** Keeps the signing keys of the installation. */
export interface KeyStore {
  list(): Promise<StoredKey[]>;
  /**
   * Adds those of the keys whose algorithm has none yet, as one atomic step: however many instances start at once, one
   * key an algorithm comes out. Answers what is stored then; `keys_created` tells the audit log of those that came.
   */
  establish(keys: readonly StoredKey[]): Promise<StoredKey[]>;
  /**
   * One atomic step at a time: stores in place of all keys what the plan makes of those that are stored. Where a key came,
   * went or got another time it appends `keysChanged`, and why to the audit log. Answers what is stored then.
   */
  change(plan: KeyPlan, at: EpochSeconds, why?: KeysChangedWhy): Promise<StoredKey[]>;
}
