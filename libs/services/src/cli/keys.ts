import type { EpochSeconds } from '@portico/endpoint';
import { keyStateAt, removedAt, type RotationPolicy, type StoredKey } from '@portico/jwt';
import { table } from './table.js';

/** One signing key, as it is told: without its private half. */
export interface DescribedKey {
  readonly kid: string;
  readonly alg: string;
  readonly state: string;
  readonly announced_at: EpochSeconds;
  readonly signs_from: EpochSeconds;
  readonly retired_at?: EpochSeconds | undefined;
  readonly removed_at?: EpochSeconds | undefined;
}

/** The keys by algorithm, in the order in which they sign. */
export const describedKeys = (keys: readonly StoredKey[], policy: RotationPolicy, at: EpochSeconds): DescribedKey[] =>
  [...keys]
    .sort((one, other) => one.alg.localeCompare(other.alg) || one.signsFrom - other.signsFrom)
    .map((key) => ({
      kid: key.kid,
      alg: key.alg,
      state: keyStateAt(key, at),
      announced_at: key.announcedAt,
      signs_from: key.signsFrom,
      retired_at: key.retiredAt,
      removed_at: removedAt(key, policy),
    }));

const dateOf = (at: EpochSeconds | undefined): string => (at === undefined ? '' : new Date(at * 1000).toISOString());

/** The same for people. */
export const keyTable = (keys: readonly DescribedKey[]): string =>
  table(
    ['KID', 'ALG', 'STATE', 'ANNOUNCED', 'SIGNS FROM', 'RETIRES', 'GOES'],
    keys.map(({ kid, alg, state, ...times }) => [
      kid,
      alg,
      state,
      ...[times.announced_at, times.signs_from, times.retired_at, times.removed_at].map(dateOf),
    ]),
  );
