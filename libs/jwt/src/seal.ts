import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** A sealed text was changed, or sealed with another key. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** A key of 32 bytes; or several while the installation's secret changes: the first seals, each of them opens. */
export type SealKey = Uint8Array | readonly Uint8Array[];

const keysOf = (key: SealKey): readonly Uint8Array[] => (key instanceof Uint8Array ? [key] : key);

/**
 * Encrypts with AES-256-GCM; `label` (a kid) is bound to it, so that one sealed text cannot stand in for another.
 * @see NIST SP 800-38D
 */
export const seal = (text: string, label: string, key: SealKey): string => {
  const [first = new Uint8Array()] = keysOf(key);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', first, iv).setAAD(Buffer.from(label));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `v1.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')}`;
};

/**
 * Opens what `seal` made.
 * @see NIST SP 800-38D
 * @throws SealBroken
 */
export const unseal = (sealed: string, label: string, key: SealKey): string => {
  const text = keysOf(key).reduce<string | undefined>((found, one) => found ?? opened(sealed, label, one), undefined);
  if (text === undefined) throw new SealBroken(`the key ${label} does not open with this PORTICO_SECRET`);
  return text;
};

/**
 * The same text under the first key; a text that is already is left as it is.
 * @see NIST SP 800-38D
 * @throws SealBroken none of the keys opens it
 */
export const resealed = (sealed: string, label: string, key: SealKey): string => {
  const [first = new Uint8Array()] = keysOf(key);
  return opened(sealed, label, first) === undefined ? seal(unseal(sealed, label, key), label, first) : sealed;
};

const opened = (sealed: string, label: string, key: Uint8Array): string | undefined => {
  const bytes = Buffer.from(sealed.replace(/^v1\./, ''), 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(label)).setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
};
