import type { InstallationKeyStore } from '@portico/jwt';
import { asPort, type Tables } from './tables.js';

export const installationKeyStore = ({ installationKeys }: Tables): InstallationKeyStore =>
  asPort<InstallationKeyStore>({
    find: (name) => installationKeys.get(name),
    establish: (name, sealed) => {
      const stored = installationKeys.get(name) ?? sealed;
      installationKeys.set(name, stored);
      return stored;
    },
  });
