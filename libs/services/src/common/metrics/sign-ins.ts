import type { Tally } from '@portico/sso';
import type { Metrics } from './metrics.js';

/** Counts who has proved who they are, and who has not. */
export const countSignIns = (metrics: Metrics): Tally => {
  const signIns = metrics.counter('portico_sign_ins_total');
  const failures = metrics.counter('portico_sign_in_failures_total');
  // Shown from the start: whoever asks for a rate sees the first one too.
  for (const reason of ['wrong_credentials', 'too_many_attempts']) failures({ reason }, 0);
  return (outcome) => {
    if (outcome === 'signed_in') signIns({});
    else failures({ reason: outcome });
  };
};
