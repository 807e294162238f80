import type { RevocationFeed } from '@portico/bus';
import type { Revocations } from '@portico/oidc';
import type { Metrics } from './metrics.js';

/** How old is what this process knows of revocations (the bound is `revocation_staleness_ms`), and how often that was enough. */
export const measured = (
  feed: Pick<RevocationFeed, 'holds' | 'stalenessMs' | 'size'>,
  { metrics, staleAfterMs }: { readonly metrics: Metrics; readonly staleAfterMs: () => number },
): Revocations => {
  metrics.readOne('portico_revocation_staleness_max_seconds', () => staleAfterMs() / 1000);
  metrics.readOne('portico_revocation_staleness_seconds', () => (feed.stalenessMs() ?? Infinity) / 1000);
  metrics.readOne('portico_revocation_current', () => (feed.stalenessMs() === undefined ? 0 : 1));
  metrics.readOne('portico_revocation_entries', () => feed.size);
  const known = metrics.counter('portico_revocation_known_total');
  const unknown = metrics.counter('portico_revocation_unknown_total');
  return {
    holds: (token) => {
      const state = feed.holds(token);
      if (state === 'unknown') unknown({});
      else known({});
      return state;
    },
  };
};
