// Writes down what was measured, and what follows from it for the number of replicas.

const rounded = (value, digits = 0) => value.toFixed(digits);

const table = (head, rows) => {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
};

const microseconds = ({ cpu, operations }, part) => ((cpu[part] ?? 0) / operations) * 1e6;
const isUsed = (results, part) => results.some((result) => microseconds(result, part) >= 1);
const partsOf = (results) =>
  [...new Set(results.flatMap(({ cpu }) => Object.keys(cpu)))].filter((part) => isUsed(results, part));

/** Operations a second, latencies, and processor time per operation: of all, and of each part. */
export const report = (results) => {
  const parts = partsOf(results);
  const times = ['a second', 'p50 ms', 'p99 ms', 'CPU µs', ...parts.map((part) => `${part} µs`)];
  const head = ['workload', ...times, 'transactions', 'log kB'];
  const rows = results.map((result) => [
    result.about,
    rounded(result.operations / result.seconds),
    rounded(result.latencyMs.p50, 1),
    rounded(result.latencyMs.p99, 1),
    rounded(Object.keys(result.cpu).reduce((sum, part) => sum + microseconds(result, part), 0)),
    ...parts.map((part) => rounded(microseconds(result, part))),
    rounded(result.database.transactions / result.operations, 1),
    rounded(result.database.logBytes / result.operations / 1000, 1),
  ]);
  return table(head, rows);
};

/** A pod of one core is sized so that it is busy for so much of it. */
const busy = 0.6;

/** How many pods of one core each part takes for so many operations a second, at 60 % of a core each. */
export const replicas = (results, perSecond) => {
  const parts = partsOf(results);
  const head = [`cores at ${perSecond} a second`, ...parts];
  const cores = (result, part) => (microseconds(result, part) * perSecond) / 1e6 / busy;
  const rows = results.map((result) => [result.about, ...parts.map((part) => rounded(cores(result, part), 1))]);
  return table(head, rows);
};

const all = ({ cpu, operations }) => (Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0) / operations) * 1e6;

/** How many times as many operations a second as the other, and how much of its processor time. */
export const comparison = (results, against) => {
  const head = ['workload', 'portico a second', `${against} a second`, 'times as many', 'CPU, times as much'];
  const rivals = results.filter(({ provider }) => provider === against);
  const rows = rivals.map((rival) => {
    const mine = results.find(({ provider, name }) => provider === 'portico' && name === rival.name);
    const [speed, itsSpeed] = [mine, rival].map(({ operations, seconds }) => operations / seconds);
    const ratios = [speed / itsSpeed, all(mine) / all(rival)].map((ratio) => rounded(ratio, 2));
    return [rival.about, rounded(speed), rounded(itsSpeed), ...ratios];
  });
  return table(head, rows);
};
