import type { Clock, EpochSeconds } from '@portico/endpoint';
import { keyStateAt, type StoredKey } from '@portico/jwt';
import type { Keys } from '../keys.js';
import type { HeldSettings } from '../settings.js';
import type { Metrics, Readings } from './metrics.js';

interface Held {
  readonly keys: Pick<Keys, 'stored'>;
  readonly settings: Pick<HeldSettings, 'current'>;
  readonly clock: Clock;
}

const states = ['announced', 'signing', 'retired'] as const;
const algorithmsOf = (keys: readonly StoredKey[]) => [...new Set(keys.map(({ alg }) => alg))];

/** How old the keys are that this process holds, and when the next ones sign. */
export const measureKeys = (metrics: Metrics, { keys, settings, clock }: Held): void => {
  const begins = (state: 'signing' | 'announced', at: EpochSeconds) =>
    algorithmsOf(keys.stored()).flatMap((alg) => {
      const times = keys.stored().filter((key) => key.alg === alg && keyStateAt(key, at) === state);
      return times.length > 0 ? [{ alg, from: Math.max(...times.map(({ signsFrom }) => signsFrom)) }] : [];
    });
  metrics.read('portico_keys', () => countsOf(keys.stored(), clock()));
  metrics.read('portico_key_signing_age_seconds', () => {
    const at = clock();
    return begins('signing', at).map(({ alg, from }) => ({ labels: { alg }, value: at - from }));
  });
  metrics.read('portico_key_next_seconds', () => {
    const at = clock();
    return begins('announced', at).map(({ alg, from }) => ({ labels: { alg }, value: from - at }));
  });
  metrics.readOne('portico_key_rotation_seconds', () => settings.current().key_rotation_seconds);
};

const countsOf = (keys: readonly StoredKey[], at: EpochSeconds): Readings<'portico_keys'> =>
  algorithmsOf(keys).flatMap((alg) =>
    states.map((state) => ({
      labels: { alg, state },
      value: keys.filter((key) => key.alg === alg && keyStateAt(key, at) === state).length,
    })),
  );
