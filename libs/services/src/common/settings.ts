import type { Registrations } from '@portico/admin';
import { standardSettings, type Settings } from '@portico/config';
import type { Boot } from './boot.js';

/** The settings of the installation, as this process holds them. */
export interface HeldSettings {
  readonly current: () => Settings;
  /** Reads them, and again every few seconds until the process ends. */
  readonly follow: (boot: Pick<Boot, 'log' | 'atEnd'>) => Promise<void>;
}

const everyMs = 5_000;

/** Follows what administrators set; while the database is away, what was read last holds. */
export const heldSettings = (registrations: Pick<Registrations, 'settings'>): HeldSettings => {
  let held = standardSettings;
  const read = async (): Promise<void> => {
    held = { ...standardSettings, ...(await registrations.settings()) };
  };
  return {
    current: () => held,
    follow: async ({ log, atEnd }) => {
      await read();
      const again = (): void =>
        void read().catch((error: unknown) => log.warn({ err: error }, 'settings are not read'));
      const timer = setInterval(again, everyMs);
      atEnd(() => {
        clearInterval(timer);
        return Promise.resolve();
      });
    },
  };
};
