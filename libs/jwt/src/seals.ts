import { resealed, type SealKey } from './seal.js';

/** The keys that are derived from the installation's secret to seal with, by what they seal. */
export interface SealKeys {
  readonly keys: SealKey;
  readonly clientSecrets: SealKey;
}

/** One sealed text as it is stored. */
export interface Sealed {
  readonly by: keyof SealKeys;
  readonly label: string;
  readonly text: string;
}

/** Everything that is stored sealed. */
export interface Seals {
  /**
   * One transaction: puts in place of every sealed text what the function makes of it; answers how many have changed, and
   * appends `keys_resealed` to the audit log where one has.
   */
  replace(make: (sealed: Sealed) => string): Promise<number>;
}

/**
 * Seals everything anew by the first of the keys; answers how many texts were sealed by another.
 * @see NIST SP 800-57 Part 1 §5.3.6 (a key has an end)
 * @throws SealBroken something opens with none of them; then nothing has changed
 */
export const resealAll = (seals: Seals, keys: SealKeys): Promise<number> =>
  seals.replace(({ by, label, text }) => resealed(text, label, keys[by]));
