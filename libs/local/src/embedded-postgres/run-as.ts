import { chown, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The user PostgreSQL runs as; nothing where it is whoever runs us. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

const nobody = { uid: 65_534, gid: 65_534 };

/** PostgreSQL refuses to run as root: there it is the owner of the data, at first `nobody`. */
export const runAsFor = async (folder: string): Promise<RunAs> => {
  const owner = await stat(join(folder, 'data')).catch(() => undefined);
  const uid = process.getuid?.();
  if (uid === 0) return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : nobody;
  if (owner && uid !== undefined && owner.uid !== uid)
    throw new Error(`The data in ${folder} belong to user ${owner.uid}, not to you: start as that user or as root.`);
  return {};
};

export const giveTo = async ({ uid, gid }: RunAs, path: string): Promise<void> => {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
};

/**
 * On Linux PostgreSQL knows its folder only as the one it was started in: the path above may lie where `nobody` cannot
 * go (`/root`), and a working directory needs no path.
 */
export const folderAsSeen = (folder: string): string => (process.platform === 'linux' ? '/proc/self/cwd' : folder);
