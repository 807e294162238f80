import type { Clock } from '@portico/endpoint';
import { establishKeySet, type KeySet, type KeyStore } from '@portico/jwt';

/** The key set of the installation, as this process holds it. */
export interface Keys {
  readonly current: () => KeySet;
  /** Reads the keys; the first process of an installation makes them. */
  readonly establish: () => Promise<void>;
}

/** The keys in this store; none is held before `establish` has ended. */
export const heldKeys = (needs: { keys: KeyStore; sealKey: Uint8Array; clock: Clock }): Keys => {
  let held: KeySet | undefined;
  return {
    current: () => {
      if (!held) throw new Error('the key set is not established yet');
      return held;
    },
    establish: async () => {
      held = await establishKeySet(needs);
    },
  };
};
