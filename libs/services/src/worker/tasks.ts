import type { Queue } from '@portico/contracts';

/** Schedules what is done again and again; however many workers say so, it is done once. */
export const scheduleTasks = (queue: Queue): Promise<void> => queue.every('sweep', 60, {});
