import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  privateDecrypt,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { randomSecret, type Clock, type EpochSeconds } from '@portico/endpoint';
import { calculateJwkThumbprint } from 'jose';
import { unpadded } from './pkcs1.js';
import { seal, unseal, type SealKey } from './seal.js';

/** The password key as it is stored: the private half sealed. It signs nothing and is in no key set. */
export interface StoredPasswordKey {
  readonly kid: string;
  readonly publicJwk: Readonly<Record<string, string>>;
  /** The private JWK under AES-256-GCM, base64url. */
  readonly sealedPrivateJwk: string;
  readonly createdAt: EpochSeconds;
}

/** Keeps the key to which clients encrypt passwords. */
export interface PasswordKeyStore {
  find(): Promise<StoredPasswordKey | undefined>;
  /**
   * Keeps the key where there is none yet, as one atomic step: however many instances start at once, one comes out.
   * Answers what is stored then.
   */
  establish(key: StoredPasswordKey): Promise<StoredPasswordKey>;
}

/** The key to which clients encrypt passwords, ready for use. */
export interface PasswordKey {
  /** The public half, as SubjectPublicKeyInfo in PEM. @see RFC 7468 §13 */
  readonly publicPem: string;
  /**
   * The password in a base64 text that was encrypted to this key. Where it was not, or holds nothing, the answer is a
   * password that nobody has, newly made: whoever goes on with it tells no difference from a wrong password.
   * @see RFC 8017 §7.2.2 (an error must not be told apart), RFC 3218 §2.3.2
   */
  decrypt(text: string): string;
}

const bits = 2048;
const bytes = bits / 8;

/** @see RFC 7638 §3 */
const generate = async (sealKey: SealKey, at: EpochSeconds): Promise<StoredPasswordKey> => {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits });
  const publicJwk = publicKey.export({ format: 'jwk' }) as Record<string, string>;
  const kid = await calculateJwkThumbprint(publicJwk);
  const sealedPrivateJwk = seal(JSON.stringify(privateKey.export({ format: 'jwk' })), kid, sealKey);
  return { kid, publicJwk, sealedPrivateJwk, createdAt: at };
};

/**
 * Unseals the stored password key.
 * @see RFC 8017 §7.2
 * @throws SealBroken the seal key is another one
 */
const openPasswordKey = (stored: StoredPasswordKey, sealKey: SealKey): PasswordKey => {
  const jwk = JSON.parse(unseal(stored.sealedPrivateJwk, stored.kid, sealKey)) as JsonWebKey;
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  const publicKey = createPublicKey({ key: stored.publicJwk as JsonWebKey, format: 'jwk' });
  return {
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    decrypt: (text) => {
      const nobodys = randomSecret();
      const block = decryptedBlock(text, privateKey);
      return Buffer.from(unpadded(block) ?? []).toString('utf8') || nobodys;
    },
  };
};

/**
 * The padding is ours to look at: Node 20 refuses to decrypt with it, and what it would throw tells of it. A number too
 * great for the key is seen by whoever has the public half, and so is an empty block.
 */
const decryptedBlock = (text: string, privateKey: KeyObject): Uint8Array => {
  // JSEncrypt leaves out leading zeros.
  const encrypted = Buffer.from(text.slice(0, 2 * bytes), 'base64').subarray(0, bytes);
  const whole = Buffer.concat([Buffer.alloc(bytes - encrypted.length), encrypted]);
  try {
    return privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, whole);
  } catch {
    return new Uint8Array(bytes);
  }
};

/**
 * The password key of the store; an installation that has none yet gets one.
 * @see RFC 8017 §7.2
 * @throws SealBroken the seal key is another one
 */
export const establishPasswordKey = async (needs: {
  passwordKeys: PasswordKeyStore;
  sealKey: SealKey;
  clock: Clock;
}): Promise<PasswordKey> => {
  const { passwordKeys, sealKey, clock } = needs;
  const stored = (await passwordKeys.find()) ?? (await passwordKeys.establish(await generate(sealKey, clock())));
  return openPasswordKey(stored, sealKey);
};
