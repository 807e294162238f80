import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { Clock, EpochSeconds } from '@portico/endpoint';
import { generateKey } from './generate.js';
import { signingAlgorithm, type KeyStore, type SigningAlgorithm, type StoredKey } from './key-store.js';
import { keyStateAt } from './rotation.js';
import { SealBroken, unseal, type SealKey } from './seal.js';

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

/** A stored key, ready for use; where the private half opens with none of our secrets it only verifies. */
export interface OpenedKey extends VerificationKey {
  readonly stored: StoredKey;
  readonly privateKey: KeyObject | undefined;
}

const privateKeyOf = ({ kid, sealedPrivateJwk }: StoredKey, sealKey: SealKey): KeyObject | undefined => {
  try {
    const key = JSON.parse(unseal(sealedPrivateJwk, kid, sealKey)) as JsonWebKey;
    return createPrivateKey({ key, format: 'jwk' });
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
};

/**
 * Unseals stored keys. One that another instance has sealed with a newer secret verifies all the same.
 * @see RFC 7517 §5
 * @throws SealBroken not one key of an algorithm opens: the seal key is another one
 */
export const openKeys = (stored: readonly StoredKey[], sealKey: SealKey): OpenedKey[] => {
  const opened = stored.map((key) => ({
    kid: key.kid,
    alg: key.alg,
    stored: key,
    privateKey: privateKeyOf(key, sealKey),
    publicKey: createPublicKey({ key: key.publicJwk as JsonWebKey, format: 'jwk' }),
  }));
  const closed = opened.find(({ alg }) => !opened.some((key) => key.alg === alg && key.privateKey));
  if (closed) throw new SealBroken(`the key ${closed.kid} does not open with this PORTICO_SECRET`);
  return opened;
};

const ready = ({ kid, alg, privateKey }: OpenedKey): SigningKey[] => (privateKey ? [{ kid, alg, privateKey }] : []);

/** What of them signs at that time: of each algorithm the newest whose time has come. */
const signingAt = (opened: readonly OpenedKey[], at: EpochSeconds): Map<SigningAlgorithm, SigningKey> => {
  const order = { announced: 0, retired: 1, signing: 2 };
  const rank = ({ stored }: OpenedKey) => order[keyStateAt(stored, at)];
  const last = opened
    .filter((key) => rank(key) > 0)
    .sort((one, other) => rank(one) - rank(other) || one.stored.signsFrom - other.stored.signsFrom);
  return new Map(last.flatMap(ready).map((key) => [key.alg, key]));
};

/** Opened keys as they are at a time. @see RFC 7517 §5 */
export const keySetAt = (opened: readonly OpenedKey[], at: EpochSeconds): KeySet => {
  const byAlgorithm = signingAt(opened, at);
  const byKid = new Map(opened.map((key) => [key.kid, key]));
  return {
    algorithms: signingAlgorithm.options.filter((alg) => byAlgorithm.has(alg)),
    signing: (alg) => {
      const key = byAlgorithm.get(alg);
      if (!key) throw new Error(`no ${alg} key signs`);
      return key;
    },
    verification: (kid) => byKid.get(kid),
    jwks: { keys: opened.map(({ stored }) => stored.publicJwk) },
  };
};

/**
 * Unseals stored keys into the set that they are at a time.
 * @see RFC 7517 §5
 * @throws SealBroken the seal key is another one
 */
export const openKeySet = (stored: readonly StoredKey[], sealKey: SealKey, at: EpochSeconds): KeySet =>
  keySetAt(openKeys(stored, sealKey), at);

/**
 * The keys of the store; an installation that has none yet gets one for each algorithm.
 * @see RFC 7517 §5
 */
export const establishKeys = async (needs: {
  keys: KeyStore;
  sealKey: SealKey;
  clock: Clock;
}): Promise<readonly StoredKey[]> => {
  const { keys, sealKey, clock } = needs;
  const stored = await keys.list();
  const missing = signingAlgorithm.options.filter((alg) => !stored.some((key) => key.alg === alg));
  if (missing.length === 0) return stored;
  const made = await Promise.all(missing.map((alg) => generateKey(alg, sealKey, clock())));
  return keys.establish(made);
};
