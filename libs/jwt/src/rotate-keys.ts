import type { Clock } from '@portico/endpoint';
import { generateKey } from './generate.js';
import type { KeyStore, SigningAlgorithm, StoredKey } from './key-store.js';
import { planRotation, revoked, rotated, rotatedEarly, type RotationOrder, type RotationPolicy } from './rotation.js';
import type { SealKey } from './seal.js';

/** What rotating keys takes. */
export interface RotationNeeds {
  readonly keys: KeyStore;
  readonly sealKey: SealKey;
  readonly clock: Clock;
}

// Ahead of the step that stores them: while keys are made, nobody waits.
const make = async (
  algorithms: readonly SigningAlgorithm[],
  { longestTokenSeconds }: RotationPolicy,
  { sealKey, clock }: RotationNeeds,
): Promise<StoredKey[]> => {
  const made = await Promise.all(algorithms.map((alg) => generateKey(alg, sealKey, clock())));
  return made.map((key) => ({ ...key, longestTokenSeconds }));
};

const isSame = (one: readonly StoredKey[], other: readonly StoredKey[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/**
 * Does what is due. Twice at once it is done once: what is due is seen again in the one step that stores it.
 * @see OpenID Connect Core 1.0 §10.1.1
 */
export const rotateKeys = async (policy: RotationPolicy, needs: RotationNeeds): Promise<void> => {
  const { keys, clock } = needs;
  const stored = await keys.list();
  const plan = planRotation(stored, policy, clock());
  if (plan.missing.length === 0 && isSame(plan.keys, stored)) return;
  const made = await make(
    plan.missing.map(({ alg }) => alg),
    policy,
    needs,
  );
  // The clock is read under the lock: whoever waited for it announces no shorter.
  await keys.change((now) => rotated(now, { made, policy, at: clock() }), clock());
};

/**
 * Announces successors before their time, for the algorithms that have keys; answers what is stored then.
 * @see OpenID Connect Core 1.0 §10.1.1
 */
export const announceKeys = async (
  order: RotationOrder,
  policy: RotationPolicy,
  needs: RotationNeeds,
): Promise<StoredKey[]> => {
  const stored = await needs.keys.list();
  const algorithms = order.algorithms.filter((alg) => stored.some((key) => key.alg === alg));
  const made = await make(algorithms, policy, needs);
  const { keys, clock } = needs;
  return keys.change((now) => rotatedEarly(now, { ...order, algorithms }, { made, at: clock() }), clock());
};

/**
 * Takes a key out of the set, for ever; false where there is none of that name.
 * @see RFC 7517 §5
 */
export const revokeKey = async (kid: string, policy: RotationPolicy, needs: RotationNeeds): Promise<boolean> => {
  const { keys, clock } = needs;
  const key = (await keys.list()).find((stored) => stored.kid === kid);
  if (!key) return false;
  const made = await make([key.alg], policy, needs);
  await keys.change((now) => revoked(now, { kid, made, at: clock() }), clock(), 'keys_revoked');
  return true;
};
