import type { EpochSeconds } from '@portico/endpoint';
import type { SigningAlgorithm, StoredKey } from './key-store.js';

/** What a key does at a time; one that is removed is no longer there. @see OpenID Connect Core 1.0 §10.1.1 */
export type KeyState = 'announced' | 'signing' | 'retired';

/** How keys follow each other, in seconds. @see OpenID Connect Core 1.0 §10.1.1 */
export interface RotationPolicy {
  /** A key signs for so long. */
  readonly rotationSeconds: number;
  /** It is published so long before it signs. */
  readonly announceSeconds: number;
  /** The longest that a token lives which is signed now. */
  readonly longestTokenSeconds: number;
}

/** A key that is to be made. */
export interface MissingKey {
  readonly alg: SigningAlgorithm;
  readonly signsFrom: EpochSeconds;
}

/** What is due at a time. */
export interface RotationPlan {
  /** Those that stay. */
  readonly keys: readonly StoredKey[];
  readonly missing: readonly MissingKey[];
}

/** @see OpenID Connect Core 1.0 §10.1.1 */
export const keyStateAt = ({ signsFrom, retiredAt = Infinity }: StoredKey, at: EpochSeconds): KeyState => {
  if (retiredAt <= at) return 'retired';
  return signsFrom <= at ? 'signing' : 'announced';
};

/**
 * When nothing that the key signed is alive any more. An instance may have gone on with it for a little while: for no
 * longer than keys are announced.
 * @see OpenID Connect Core 1.0 §10.1.1
 */
export const removedAt = (key: StoredKey, policy: RotationPolicy): EpochSeconds | undefined =>
  key.retiredAt === undefined
    ? undefined
    : key.retiredAt + Math.max(key.longestTokenSeconds, policy.longestTokenSeconds) + policy.announceSeconds;

/** A time that is so many seconds away, although a clock shows whole seconds only. */
const after = (at: EpochSeconds, seconds: number): EpochSeconds => at + seconds + 1;

const algorithmsOf = (keys: readonly StoredKey[]): SigningAlgorithm[] => [...new Set(keys.map(({ alg }) => alg))];
const bySigning = (one: StoredKey, other: StoredKey): number =>
  one.signsFrom - other.signsFrom || (one.kid < other.kid ? -1 : 1);

/** Each key ends where the next of its algorithm begins; one that has ended does not begin again. */
const handedOver = (keys: readonly StoredKey[], at: EpochSeconds): StoredKey[] =>
  keys.map(({ retiredAt, ...key }) => {
    const next = keys.filter((other) => other.alg === key.alg && bySigning(key, other) < 0).sort(bySigning)[0];
    const end = retiredAt !== undefined && retiredAt <= at ? retiredAt : next?.signsFrom;
    return end === undefined ? key : { ...key, retiredAt: end };
  });

/** Notes how long what is signed now may live, for as long as an instance may sign with the key. */
const marked = (
  key: StoredKey,
  { longestTokenSeconds, announceSeconds }: RotationPolicy,
  at: EpochSeconds,
): StoredKey =>
  longestTokenSeconds > key.longestTokenSeconds && (key.retiredAt ?? Infinity) + announceSeconds >= at
    ? { ...key, longestTokenSeconds }
    : key;

/**
 * What is due: a successor is announced so early that it can sign when its predecessor's time is over; what has retired
 * goes when all that it signed has expired. An algorithm without keys stays without.
 * @see OpenID Connect Core 1.0 §10.1.1
 */
export const planRotation = (stored: readonly StoredKey[], policy: RotationPolicy, at: EpochSeconds): RotationPlan => {
  const { rotationSeconds, announceSeconds } = policy;
  const keys = stored.map((key) => marked(key, policy, at)).filter((key) => (removedAt(key, policy) ?? Infinity) > at);
  const missing = algorithmsOf(stored).flatMap((alg): MissingKey[] => {
    const [newest] = stored
      .filter((key) => key.alg === alg)
      .sort(bySigning)
      .slice(-1);
    if (!newest || keyStateAt(newest, at) === 'retired') return [{ alg, signsFrom: at }];
    const due = newest.signsFrom + rotationSeconds;
    const isDue = keyStateAt(newest, at) === 'signing' && after(at, announceSeconds) >= due;
    return isDue ? [{ alg, signsFrom: Math.max(due, after(at, announceSeconds)) }] : [];
  });
  return { keys, missing };
};

const added = (
  keys: readonly StoredKey[],
  missing: readonly MissingKey[],
  { made, at }: { readonly made: readonly StoredKey[]; readonly at: EpochSeconds },
): StoredKey[] => {
  const known = new Set(keys.map(({ kid }) => kid));
  const fresh = missing.flatMap(({ alg, signsFrom }) => {
    const key = made.find((one) => one.alg === alg && !known.has(one.kid));
    return key ? [{ ...key, announcedAt: at, signsFrom }] : [];
  });
  return handedOver([...keys, ...fresh], at);
};

/** Keys that were made ahead take the places that the plan has for them. @see OpenID Connect Core 1.0 §10.1.1 */
export const rotated = (
  stored: readonly StoredKey[],
  { made, policy, at }: { made: readonly StoredKey[]; policy: RotationPolicy; at: EpochSeconds },
): StoredKey[] => {
  const { keys, missing } = planRotation(stored, policy, at);
  return added(keys, missing, { made, at });
};

/** A rotation that somebody asks for. */
export interface RotationOrder {
  readonly algorithms: readonly SigningAlgorithm[];
  /** 0: it signs at once, and whoever has kept the key set does not know it yet. */
  readonly announceSeconds: number;
}

/**
 * A successor before its time; one that is announced already is the successor, and may sign sooner.
 * @see OpenID Connect Core 1.0 §10.1.1
 */
export const rotatedEarly = (
  stored: readonly StoredKey[],
  { algorithms, announceSeconds }: RotationOrder,
  { made, at }: { made: readonly StoredKey[]; at: EpochSeconds },
): StoredKey[] => {
  const signsFrom = announceSeconds === 0 ? at : after(at, announceSeconds);
  const isAnnounced = (key: StoredKey) => algorithms.includes(key.alg) && keyStateAt(key, at) === 'announced';
  const keys = stored.map((key) =>
    isAnnounced(key) ? { ...key, signsFrom: Math.min(key.signsFrom, signsFrom) } : key,
  );
  const without = algorithms.filter((alg) => !stored.some((key) => key.alg === alg && isAnnounced(key)));
  return added(
    keys,
    without.map((alg) => ({ alg, signsFrom })),
    { made, at },
  );
};

/**
 * Without that key. Where it signed, the one that was announced signs at once, or else the one that was made ahead.
 * @see RFC 7517 §5, NIST SP 800-57 Part 1 §5.5 (compromise of keys)
 */
export const revoked = (
  stored: readonly StoredKey[],
  { kid, made, at }: { kid: string; made: readonly StoredKey[]; at: EpochSeconds },
): StoredKey[] => {
  const gone = stored.find((key) => key.kid === kid);
  if (!gone) return [...stored];
  const rest = handedOver(
    stored.filter((key) => key !== gone),
    at,
  );
  const same = rest.filter(({ alg }) => alg === gone.alg).sort(bySigning);
  if (same.some((key) => keyStateAt(key, at) === 'signing')) return rest;
  const heir = same.find((key) => keyStateAt(key, at) === 'announced');
  if (heir)
    return handedOver(
      rest.map((key) => (key === heir ? { ...key, signsFrom: at } : key)),
      at,
    );
  return added(rest, [{ alg: gone.alg, signsFrom: at }], { made, at });
};
