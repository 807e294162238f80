import { describe, expect, it, test } from '@jest/globals';
import { configSchema, settingsSchema } from '@portico/config';
import { readFileSync } from 'node:fs';
import { metricTable } from '../common/metrics/table.js';
import { commands } from './commands.js';
import { configReference } from './reference.js';

const guide = readFileSync(new URL('../../../../docs/operations.md', import.meta.url), 'utf8');
const matches = (pattern: RegExp, text = guide): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, found = '']) => found)),
];

/** The rows of the table whose head begins with these columns; the first cell is the name of the row. */
const tableOf = (...head: string[]): string[][] => {
  const lines = guide.split('\n');
  const cellsOf = (line = ''): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const at = lines.findIndex((line) => head.every((name, index) => cellsOf(line)[index] === name));
  if (at < 0) throw new Error(`no table of ${head.join(', ')}`);
  const after = lines.slice(at + 2);
  return after
    .slice(
      0,
      after.findIndex((line) => !line.startsWith('|')),
    )
    .map(cellsOf);
};
const numberIn = (text = ''): number => Number(/[\d,]*\d/.exec(text)?.[0].replaceAll(',', '') ?? Number.NaN);
const rowOf = (rows: string[][], name: string): string[] => {
  const found = rows.find(([first]) => first?.startsWith(name));
  if (!found) throw new Error(`no row of ${name}`);
  return found;
};

describe('what the guide names is there', () => {
  const known = [...Object.keys(configSchema.in.shape), ...Object.keys(settingsSchema.shape)];

  test('every variable of the environment that is ours', () => {
    const named = matches(/`((?:PORTICO|DATABASE|NATS|QUEUE|OTEL)_[A-Z_]+)\b/g).filter((name) => name !== 'NATS_URL');
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !known.includes(name) && name !== 'PORTICO_EVENTS')).toEqual([]);
  });

  test('every setting of the installation and of a client', () => {
    const all = configReference();
    const named = matches(
      /`((?:session|refresh|access|id|key|audit|revocation)_(?:[a-z]+_)*(?:lifetime|ms|seconds|days|window))\b/g,
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !all.includes(`\`${name}\``))).toEqual([]);
  });

  test('every number', () => {
    const named = matches(/\b(portico_[a-z_]+)/g).filter((name) => !name.endsWith('_'));
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((name) => !(name in metricTable))).toEqual([]);
  });

  test('every command, with the options it is shown with', () => {
    const named = matches(/`portico ([a-z][^`]*)`/g);
    expect(named.length).toBeGreaterThan(6);
    const faults = named.filter((line) => {
      const command = commands.find(({ name }) => line === name || line.startsWith(`${name} `));
      const options = matches(/--([a-z-]+)/g, line);
      return !command || options.some((option) => !(option in command.options) && option !== 'json');
    });
    expect(faults).toEqual([]);
  });
});

describe('what the guide works out', () => {
  const kinds = ['gateway', 'authorize', 'session', 'token', 'userinfo', 'introspection'] as const;
  const sizes = tableOf('installation', 'gateway', 'authorize');
  const costs = tableOf('workload', 'gateway', 'authorize', 'session', 'token', 'userinfo', 'introspection');
  const [signIn, introspection] = [rowOf(costs, 'password sign-in'), rowOf(costs, 'introspection')];
  const costOf = (row: string[], index: number): number => numberIn(row[index]) || 0;
  const load = (name = ''): [number, number] => {
    const [, signIns, introspections] = /([\d,]+) sign-ins, ([\d,]+) introspections a second/.exec(name) ?? [];
    return [numberIn(signIns), numberIn(introspections)];
  };
  const coresOf = (name: string | undefined, index: number): number => {
    const [signIns, introspections] = load(name);
    return (signIns * costOf(signIn, index) + introspections * costOf(introspection, index)) / 1e6;
  };

  it('there are three sizes', () => expect(sizes).toHaveLength(3));

  it.each(sizes)('the pods of %s follow from what a request costs', (name, ...cells) => {
    const wanted = kinds.map((_, index) => Math.max(2, Math.ceil(coresOf(name, index + 1) / 0.6)));
    expect(cells.slice(0, kinds.length).map(numberIn)).toEqual(wanted);
    const [database = '', nats = ''] = cells.slice(7);
    const given = (text: string) => [...text.matchAll(/\d+/g)].map(Number);
    const [servers = 1, cores = 0] = database.includes('×') ? given(database) : [1, ...given(database)];
    expect(servers * cores).toBeGreaterThanOrEqual(coresOf(name, 7) / 0.6);
    const [machines = 0, each = 0] = given(nats);
    expect(machines * each).toBeGreaterThanOrEqual(coresOf(name, 8) / 0.6);
  });

  it('what it says of sign-ins and introspections alone follows too', () => {
    const pods = (operations: number, row: string[], index: number) =>
      Math.ceil((operations * costOf(row, index)) / 1e6 / 0.6);
    const said = guide.replaceAll(/\s+/g, ' ');
    const signIns = kinds.slice(0, 4).map((kind, index) => `${kind} ${pods(10_000, signIn, index + 1)}`);
    expect(said).toContain(`by the table: ${signIns.join(', ')};`);
    const asked = ['introspection', 'gateway'].map(
      (kind) => `${kind} ${pods(100_000, introspection, kinds.findIndex((one) => one === kind) + 1)}`,
    );
    expect(said).toContain(`by the table: ${asked[0]} pods, ${asked[1]},`);
  });

  it.each(tableOf('installation', 'pods with a pool'))(
    'the connections of %s are the pools of its pods and one a worker, and PostgreSQL takes them',
    (name, ...cells) => {
      const [, ...pods] = rowOf(sizes, name);
      const [pooled = 0, workers = 0, pool = 0, sum = 0, most = 0] = cells.map(numberIn);
      const all = pods.slice(1, 7).map(numberIn);
      expect(pooled).toBe(all.reduce((one, other) => one + other, 0));
      expect(workers).toBe(all[5]);
      expect(sum).toBe(pooled * pool + workers);
      if (!cells[4]?.includes('pooler')) expect(sum).toBeLessThanOrEqual(most - 3);
    },
  );

  it.each(tableOf('installation', 'events a second at most'))(
    'the events of %s fit into the bounds',
    (name, ...cells) => {
      const [signIns] = load(rowOf(sizes, name)[0]);
      const bytes = (text = '') => Number(/[\d.]+/.exec(text)?.[0]) * (text.includes('GB') ? 1e9 : 1e6);
      expect(numberIn(cells[0])).toBe(signIns);
      expect(bytes(cells[1]) / (signIns * 400 * 3600)).toBeCloseTo(1, 1);
      expect(bytes(cells[2]) / (signIns * 400 * 86_400)).toBeCloseTo(1, 1);
      const { PORTICO_EVENTS_MAX_MIB: standardMib, PORTICO_EVENTS_KEPT_SECONDS: standardSeconds } = configSchema.parse(
        {},
      );
      const seconds = Number(/KEPT_SECONDS=(\d+)/.exec(cells[3] ?? '')?.[1] ?? standardSeconds);
      const mib = Number(/MAX_MIB=(\d+)/.exec(cells[3] ?? '')?.[1] ?? standardMib);
      expect(signIns * 400 * seconds).toBeLessThanOrEqual(mib * 1_048_576);
    },
  );

  it.each(tableOf('installation', 'log a day to archive'))(
    'the log of %s follows from what a sign-in writes',
    (name, ...cells) => {
      const [signIns] = load(rowOf(sizes, name)[0]);
      const bytes = signIns * Number(signIn.at(-1)) * 1e3;
      const said = (text = '') => Number(/[\d.]+/.exec(text)?.[0]) * (text.includes('TB') ? 1e12 : 1e9);
      expect(said(cells[0]) / (bytes * 86_400)).toBeCloseTo(1, 1);
      expect(Math.abs(said(cells[1]) / (bytes * 900) - 1)).toBeLessThan(0.07);
    },
  );
});
