import { execFile } from 'node:child_process';
import { readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

interface Running {
  readonly parent: number;
  readonly command: string;
  readonly isPostmasterOf: boolean;
}

/** Set on PostgreSQL's command line: the process that started it. */
export const ownerSetting = 'portico.owner';

/**
 * Ends the PostgreSQL that a killed process left running on these data: its port and settings were the other's, so it
 * is stopped, not adopted. As long as the process that started it is still its parent, it is no orphan.
 */
export const endOrphan = async (data: string): Promise<void> => {
  const pid = await recordedPid(data);
  if (pid === undefined || !isAlive(pid)) return; // PostgreSQL itself clears up after a dead one
  const running = await look(pid, data);
  if (!running?.isPostmasterOf) return rm(join(data, 'postmaster.pid'), { force: true }); // its id went to a stranger
  const owner = new RegExp(`${ownerSetting}=(\\d+)`).exec(running.command)?.[1];
  if (Number(owner) === running.parent)
    throw new Error(`The data in ${data} are in use by process ${running.parent}: stop it, or choose another folder.`);
  await end(pid);
};

const recordedPid = async (data: string): Promise<number | undefined> => {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 0 ? pid : undefined;
};

const look = (pid: number, data: string): Promise<Running | undefined> =>
  (process.platform === 'linux' ? lookInProc(pid, data) : askPs(pid, data)).catch(() => undefined);

const lookInProc = async (pid: number, data: string): Promise<Running> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
  return { parent: Number(parent), command, isPostmasterOf: (await readlink(`/proc/${pid}/cwd`)) === data };
};

const askPs = async (pid: number, data: string): Promise<Running> => {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'ppid=,command=', '-p', String(pid)], { timeout: 5000 });
  return { parent: Number.parseInt(stdout, 10), command: stdout, isPostmasterOf: stdout.includes(`-D ${data} `) };
};

/** Fast shutdown; where that takes too long, at once. */
const end = async (pid: number): Promise<void> => {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    process.kill(pid, signal);
    for (let waited = 0; waited < 10_000; waited += 50) {
      if (!isAlive(pid)) return;
      await pause(50);
    }
  }
  throw new Error(`PostgreSQL, process ${pid}, does not end.`);
};

/** Is there a process of that id, whoever owns it? */
export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};
