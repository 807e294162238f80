import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { EpochSeconds } from '@portico/endpoint';
import { calculateJwkThumbprint } from 'jose';
import type { SigningAlgorithm, StoredKey } from './key-store.js';
import { seal, type SealKey } from './seal.js';

const generate = promisify(generateKeyPair) as (
  type: string,
  options?: object,
) => Promise<{ publicKey: KeyObject; privateKey: KeyObject }>;

const kinds: Record<SigningAlgorithm, () => ReturnType<typeof generate>> = {
  RS256: () => generate('rsa', { modulusLength: 2048 }),
  PS256: () => generate('rsa', { modulusLength: 2048 }),
  ES256: () => generate('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generate('ed25519'),
};

/**
 * A new key pair that signs from `at` on; its `kid` is the thumbprint of its public half.
 * @see RFC 7638 §3
 */
export const generateKey = async (alg: SigningAlgorithm, sealKey: SealKey, at: EpochSeconds): Promise<StoredKey> => {
  const { publicKey, privateKey } = await kinds[alg]();
  const jwk = publicKey.export({ format: 'jwk' }) as Record<string, string>;
  const kid = await calculateJwkThumbprint(jwk);
  return {
    kid,
    alg,
    publicJwk: { ...jwk, kid, alg, use: 'sig' },
    sealedPrivateJwk: seal(JSON.stringify(privateKey.export({ format: 'jwk' })), kid, sealKey),
    announcedAt: at,
    signsFrom: at,
    longestTokenSeconds: 0,
  };
};
