import type { ReplayStore } from '@portico/oidc';
import { asPort, type Tables } from './tables.js';

export const replayStore = ({ replays }: Tables): ReplayStore =>
  asPort<ReplayStore>({
    once: (key, _expiresAt, by) => {
      const saidBy = replays.get(key) ?? by;
      replays.set(key, saidBy);
      return saidBy === by;
    },
  });
