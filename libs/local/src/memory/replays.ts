import type { ReplayStore } from '@portico/oidc';
import { asPort, type Tables } from './tables.js';

export const replayStore = ({ replays }: Tables): ReplayStore =>
  asPort<ReplayStore>({
    once: (key, expiresAt) => {
      if (replays.has(key)) return false;
      replays.set(key, expiresAt);
      return true;
    },
  });
