import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Unavailable, within } from '@portico/contracts';

export { freePort, startEmbeddedPostgres, startNats, startNatsWith, startRedis, type OwnServer } from '@portico/local';

/** A process under test; its standard input is closed and its output is kept. */
export interface Spawned {
  readonly pid: number;
  /** The lines of its output and errors: all, or the last 200,000. */
  readonly lines: readonly string[];
  /** The first line that matches, also one that was printed already. */
  waitFor(pattern: RegExp, deadlineMs: number): Promise<string>;
  /** Its exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** Asks it to end, and ends it after the deadline. */
  stop(deadlineMs: number): Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): void;
}

/** More than any test makes a process say: what is looked for in them may be the first one. */
const keptLines = 200_000;

/** Starts a program; `environment` comes on top of this process's own. */
export const spawnProcess = (
  command: string,
  args: readonly string[],
  { cwd, environment = {} }: { cwd?: string; environment?: Record<string, string> } = {},
): Spawned => {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const watchers = new Set<(line: string) => void>();
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      watchers.forEach((watch) => watch(line));
    });
  }
  const orphan = (): boolean => child.kill('SIGKILL');
  process.once('exit', orphan);
  const exited = once(child, 'close').then(([code, signal]) => {
    process.off('exit', orphan);
    return (code ?? signal) as number | NodeJS.Signals;
  });
  const nextLine = async (pattern: RegExp): Promise<string> => {
    let watch: (line: string) => void;
    const found = new Promise<string>((resolve) => {
      watch = (line) => {
        if (pattern.test(line)) resolve(line);
      };
      watchers.add(watch);
    });
    const ended = exited.then(() => {
      throw new Unavailable(`${command} ended before it said ${String(pattern)}:\n${lines.slice(-20).join('\n')}`);
    });
    return Promise.race([found, ended]).finally(() => watchers.delete(watch));
  };
  return {
    pid: child.pid ?? 0,
    lines,
    exited,
    waitFor: async (pattern, deadlineMs) =>
      lines.find((line) => pattern.test(line)) ?? within(deadlineMs, String(pattern), nextLine(pattern)),
    stop: async (deadlineMs) => {
      child.kill('SIGTERM');
      return within(deadlineMs, command, exited).catch(() => {
        child.kill('SIGKILL');
        return exited;
      });
    },
    kill: (signal) => void child.kill(signal),
  };
};
