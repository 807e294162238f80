import { setTimeout as pause } from 'node:timers/promises';

/** Waits until something is so, and fails where it does not come to be. */
export const until = async (isSo: () => boolean, deadlineMs = 5_000): Promise<void> => {
  const giveUpAt = Date.now() + deadlineMs;
  while (!isSo()) {
    if (Date.now() > giveUpAt) throw new Error(`not so within ${deadlineMs} ms: ${isSo.toString()}`);
    await pause(10);
  }
};
