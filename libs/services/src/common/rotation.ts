import { standardSettings, type Settings } from '@portico/config';
import type { RotationPolicy } from '@portico/jwt';
import { clientStore, registrations, type Database } from '@portico/postgres';

type Times = Pick<Settings, 'key_announce_seconds'>;

const longestReadMs = 5_000;
const longestCheckSeconds = 60;
const longestCachedSeconds = 300;

/** How soon keys are read again: several times while one is announced. */
export const keysReadMs = ({ key_announce_seconds: announce }: Times): number =>
  Math.min(longestReadMs, announce * 250);

/** How often somebody looks whether a rotation is due. */
export const keyCheckSeconds = ({ key_announce_seconds: announce }: Times): number =>
  Math.max(1, Math.min(longestCheckSeconds, Math.floor(announce / 4)));

/** How long clients may keep the key set: whoever does knows a key before it signs. */
export const keysMaxAgeSeconds = ({ key_announce_seconds: announce }: Times): number =>
  Math.min(longestCachedSeconds, Math.floor(announce / 2));

/** The times by which keys follow each other, as they are set now. */
export const rotationPolicy = async (database: Database): Promise<RotationPolicy> => {
  const settings = { ...standardSettings, ...(await registrations(database).settings()) };
  return {
    rotationSeconds: settings.key_rotation_seconds,
    announceSeconds: settings.key_announce_seconds,
    longestTokenSeconds: await clientStore(database).longestTokenSeconds(),
  };
};
