import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { Clock, EpochSeconds } from '@portico/endpoint';
import { generateKey } from './generate.js';
import { signingAlgorithm, type KeyStore, type SigningAlgorithm, type StoredKey } from './key-store.js';
import { unseal } from './seal.js';

/** A key that is ready to sign. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly privateKey: KeyObject;
}

/** A key that is ready to verify. */
export interface VerificationKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly publicKey: KeyObject;
}

/** The signing keys of the installation as one instance holds them. @see RFC 7517 §5 */
export interface KeySet {
  readonly algorithms: readonly SigningAlgorithm[];
  /** The newest key that signs with this algorithm. @throws Error the installation has none */
  signing(alg: SigningAlgorithm): SigningKey;
  verification(kid: string): VerificationKey | undefined;
  /** The public halves, as clients are told. @see RFC 7517 §5 */
  readonly jwks: { readonly keys: readonly Readonly<Record<string, string>>[] };
}

const open = (stored: StoredKey, sealKey: Uint8Array): SigningKey & VerificationKey => ({
  kid: stored.kid,
  alg: stored.alg,
  privateKey: createPrivateKey({
    key: JSON.parse(unseal(stored.sealedPrivateJwk, stored.kid, sealKey)) as JsonWebKey,
    format: 'jwk',
  }),
  publicKey: createPublicKey({ key: stored.publicJwk as JsonWebKey, format: 'jwk' }),
});

const signs = (key: StoredKey, at: EpochSeconds): boolean => key.signsFrom <= at && (key.retiredAt ?? Infinity) > at;

/**
 * Unseals stored keys into a set.
 * @see RFC 7517 §5
 * @throws SealBroken the seal key is another one
 */
export const openKeySet = (stored: readonly StoredKey[], sealKey: Uint8Array, at: EpochSeconds): KeySet => {
  const opened = new Map(stored.map((key) => [key.kid, open(key, sealKey)]));
  const newestFirst = stored.filter((key) => signs(key, at)).sort((one, other) => other.signsFrom - one.signsFrom);
  const byAlgorithm = new Map([...newestFirst].reverse().map((key) => [key.alg, opened.get(key.kid)] as const));
  return {
    algorithms: signingAlgorithm.options.filter((alg) => byAlgorithm.has(alg)),
    signing: (alg) => {
      const key = byAlgorithm.get(alg);
      if (!key) throw new Error(`no ${alg} key signs`);
      return key;
    },
    verification: (kid) => opened.get(kid),
    jwks: { keys: stored.map((key) => key.publicJwk) },
  };
};

/**
 * The key set of the store; an installation that has no keys yet gets one for each algorithm.
 * @see RFC 7517 §5
 * @throws SealBroken the seal key is another one
 */
export const establishKeySet = async (needs: {
  keys: KeyStore;
  sealKey: Uint8Array;
  clock: Clock;
}): Promise<KeySet> => {
  const { keys, sealKey, clock } = needs;
  const stored = await keys.list();
  const missing = signingAlgorithm.options.filter((alg) => !stored.some((key) => key.alg === alg));
  if (missing.length === 0) return openKeySet(stored, sealKey, clock());
  const made = await Promise.all(missing.map((alg) => generateKey(alg, sealKey, clock())));
  return openKeySet(await keys.establish(made), sealKey, clock());
};
