// Does one thing again and again, on several connections at once, for a while.
import { openConnection } from './connection.js';
import { cpuSecondsOf, usedBetween } from './cpu.js';

/** `{ operations, seconds, cpu, database, latencyMs }` of a workload; the warm-up is not counted. */
export const measure = async ({ ready }, { origin, paths, pids, database, connections, seconds, warmUpSeconds }) => {
  const lines = await Promise.all(
    Array.from({ length: connections }, (_, index) => line(ready, { origin, paths, index })),
  );
  try {
    await runAll(lines, warmUpSeconds);
    const before = { at: performance.now(), cpu: cpuSecondsOf(pids), counted: await database.counted() };
    const latencies = (await runAll(lines, seconds)).flat().sort((one, other) => one - other);
    const after = { at: performance.now(), cpu: cpuSecondsOf(pids), counted: await database.counted() };
    return {
      operations: latencies.length,
      seconds: (after.at - before.at) / 1000,
      cpu: usedBetween(before.cpu, after.cpu),
      database: usedBetween(before.counted, after.counted),
      latencyMs: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
    };
  } finally {
    for (const { connection } of lines) connection.close();
  }
};

const line = async (ready, { origin, ...more }) => {
  const connection = await openConnection(origin);
  return { connection, operation: await ready({ origin, ...more, connection }) };
};

const runAll = (lines, seconds) => {
  const endsAt = performance.now() + seconds * 1000;
  return Promise.all(lines.map(({ operation }) => runUntil(operation, endsAt)));
};

const runUntil = async (operation, endsAt) => {
  const latencies = [];
  for (let begun = performance.now(); begun < endsAt;) {
    await operation();
    const done = performance.now();
    latencies.push(done - begun);
    begun = done;
  }
  return latencies;
};

const percentile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
