// The processor time of a process and of all that it has started, by what they are. Linux tells it in /proc.
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** Seconds of processor time so far, by part: `token`, `postgres`, `nats-server`, … */
export const cpuSecondsOf = (pids) => {
  const processes = allProcesses();
  const seconds = {};
  for (const one of pids.flatMap((pid) => descendants(processes, pid))) {
    const part = partOf(one);
    seconds[part] = (seconds[part] ?? 0) + one.ticks / ticksPerSecond;
  }
  return seconds;
};

/** What was used between two readings. */
export const usedBetween = (before, after) =>
  Object.fromEntries(Object.entries(after).map(([part, seconds]) => [part, seconds - (before[part] ?? 0)]));

const allProcesses = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [processOf(name)];
      } catch {
        return []; // it has ended meanwhile
      }
    });

const processOf = (name) => {
  const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
  // User, system, and both of the children that have ended.
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid: Number(name), parent: Number(fields[1]), ticks, command };
};

const descendants = (processes, pid) => {
  const mine = processes.filter((one) => one.parent === pid);
  return [...processes.filter((one) => one.pid === pid), ...mine.flatMap((one) => descendantsBelow(processes, one))];
};
const descendantsBelow = (processes, one) => [
  one,
  ...processes.filter(({ parent }) => parent === one.pid).flatMap((child) => descendantsBelow(processes, child)),
];

const partOf = ({ command }) => {
  const [, service] = /apps\/([a-z]+)\/dist\/main\.js/.exec(command) ?? [];
  if (service) return service;
  const [, rival] = /bench\/rivals\/([\w-]+)\/main\.js/.exec(command) ?? [];
  if (rival) return rival;
  return ['postgres', 'nats-server', 'redis-server'].find((name) => command.includes(name)) ?? 'others';
};
