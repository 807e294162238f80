// Processes that end with this one, in good order.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from './setup.js';

/** A Node process in a group of its own: Ctrl-C reaches this process, which ends its children in its own order. */
export const startNode = (args, options = {}) => {
  const child = spawn(process.execPath, args, { cwd: root, detached: true, ...options });
  const orphan = () => child.kill('SIGKILL');
  process.once('exit', orphan);
  child.once('exit', () => process.off('exit', orphan));
  return child;
};

export const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null;

/** Asks a process to end, and ends it after the deadline. */
export const end = async (child, deadlineMs) => {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  await ended;
  clearTimeout(timer);
};

/** Calls `stop` at the first Ctrl-C or SIGTERM; a second one ends this process at once, and its children with it. */
export const onStop = (stop) => {
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      if (asked) process.exit(130);
      asked = true;
      stop(signal);
    });
};

/** Runs a program in the foreground: signals go in, its exit code comes out. */
export const foreground = async (args) => {
  const child = startNode(args, { stdio: 'inherit' });
  onStop((signal) => child.kill(signal));
  const [code] = await once(child, 'exit');
  process.exitCode = code ?? 1;
};
