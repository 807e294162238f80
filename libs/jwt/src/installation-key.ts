import { seal, unseal, type SealKey } from './seal.js';

/**
 * The keys that outlive the secret they were once derived from: with another one every pairwise `sub` would be another,
 * and a refresh token would lead to another successor. They are kept sealed instead.
 * @see OpenID Connect Core 1.0 §8.1 (a pairwise sub stays the same)
 */
export type InstallationKeyName = 'pairwise' | 'refresh';

/** Keeps those keys, sealed. */
export interface InstallationKeyStore {
  find(name: InstallationKeyName): Promise<string | undefined>;
  /**
   * Keeps the key where there is none of that name, as one atomic step: however many instances start at once, one comes
   * out. Answers what is stored then.
   */
  establish(name: InstallationKeyName, sealed: string): Promise<string>;
}

/**
 * The key of that name; an installation that has none yet keeps the one that is given.
 * @see OpenID Connect Core 1.0 §8.1
 * @throws SealBroken the seal key is another one
 */
export const establishInstallationKey = async (
  name: InstallationKeyName,
  first: Uint8Array,
  { installationKeys, sealKey }: { installationKeys: InstallationKeyStore; sealKey: SealKey },
): Promise<Uint8Array> => {
  const offered = () => seal(Buffer.from(first).toString('base64url'), name, sealKey);
  const sealed = (await installationKeys.find(name)) ?? (await installationKeys.establish(name, offered()));
  return new Uint8Array(Buffer.from(unseal(sealed, name, sealKey), 'base64url'));
};
