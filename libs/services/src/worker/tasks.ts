import type { Queue } from '@portico/contracts';
import { keyCheckSeconds } from '../common/rotation.js';
import type { HeldSettings } from '../common/settings.js';

/** Schedules what is done again and again; however many workers say so, it is done once. */
export const scheduleTasks = async (queue: Queue, settings: Pick<HeldSettings, 'current'>): Promise<void> => {
  await queue.every('sweep', () => 60, {});
  await queue.every('partitions', () => 60, {});
  await queue.every('rotateKeys', () => keyCheckSeconds(settings.current()), {});
  await queue.every('logoutSweep', () => 30, {});
};
