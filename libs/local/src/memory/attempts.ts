import type { AttemptStore } from '@portico/sso';
import { noted } from './audit.js';
import { asPort, type Tables } from './tables.js';

export const attemptStore = (tables: Tables): AttemptStore => {
  const { attempts } = tables;
  return asPort<AttemptStore>({
    take: (bucket, limit, at) => {
      const before = attempts.get(bucket);
      const window = before && before.endsAt > at ? before : { count: 0, endsAt: at + limit.seconds };
      const count = window.count + 1;
      attempts.set(bucket, { ...window, count });
      return count > limit.attempts ? window.endsAt - at : 0;
    },
    giveBack: (bucket) => {
      const before = attempts.get(bucket);
      if (before && before.count > 0) attempts.set(bucket, { ...before, count: before.count - 1 });
    },
    forget: (bucket) => {
      attempts.delete(bucket);
    },
    failed: ({ authenticator, subject }, by) => {
      const whose = subject === undefined ? {} : { subject };
      noted(tables, { event: 'sign_in_failed', ...whose, detail: { authenticator } }, by);
    },
  });
};
