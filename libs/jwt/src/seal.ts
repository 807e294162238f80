import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** A sealed text was changed, or sealed with another key. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/**
 * Encrypts with AES-256-GCM; `label` (a kid) is bound to it, so that one sealed text cannot stand in for another.
 * The key has 32 bytes. @see NIST SP 800-38D
 */
export const seal = (text: string, label: string, key: Uint8Array): string => {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(label));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `v1.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')}`;
};

/**
 * Opens what `seal` made.
 * @see NIST SP 800-38D
 * @throws SealBroken
 */
export const unseal = (sealed: string, label: string, key: Uint8Array): string => {
  const bytes = Buffer.from(sealed.replace(/^v1\./, ''), 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(label)).setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new SealBroken(`the key ${label} does not open with this PORTICO_SECRET`, { cause });
  }
};
