import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { contractsSnapshot } from './snapshot.js';

const file = new URL('../contracts.snapshot.json', import.meta.url);
const current = JSON.parse(JSON.stringify(contractsSnapshot())) as unknown;
const golden = JSON.parse(await readFile(file, 'utf8')) as unknown;

/** Where `now` lacks something that `before` had, or has it otherwise. What a sender must give may grow no longer. */
const broken = (before: unknown, now: unknown, path = ''): string[] => {
  if (path.endsWith('.required')) {
    const added = (now as string[]).filter((name) => !(before as string[]).includes(name));
    return added.map((name) => `${path}: ${name} became required`);
  }
  if (typeof before !== 'object' || before === null) return before === now ? [] : [`${path}: was ${String(before)}`];
  return Object.entries(before).flatMap(([key, value]) => {
    const there = typeof now === 'object' && now !== null && key in now;
    return there ? broken(value, (now as Record<string, unknown>)[key], `${path}.${key}`) : [`${path}.${key} is gone`];
  });
};

test('within a major version the contracts are only ever added to', () => {
  expect(broken(golden, current)).toEqual([]);
});

// What was added goes in with: PORTICO_ADD_CONTRACTS=true npm run unit -- --selectProjects libs -- libs/contracts
test('contracts.snapshot.json has everything that was added', async () => {
  if (process.env.PORTICO_ADD_CONTRACTS === 'true' && broken(golden, current).length === 0) {
    await writeFile(file, `${JSON.stringify(current, null, 2)}\n`);
    return;
  }
  expect(golden).toEqual(current);
});

test('the check above finds what is taken away, changed, or newly required', () => {
  const before = { events: { ended: { data: { properties: { sid: { type: 'string' } }, required: ['sid'] } } } };
  const properties = { sid: { type: 'string' }, at: { type: 'integer' } };
  const withData = (data: object) => ({ events: { ended: { data } } });
  expect(broken(before, withData({ properties, required: ['sid'] }))).toEqual([]);
  expect(broken(before, withData({ properties, required: ['sid', 'at'] }))).toHaveLength(1);
  expect(broken(before, withData({ properties: { sid: { type: 'integer' } }, required: ['sid'] }))).toHaveLength(1);
  expect(broken(before, { events: {} })).toHaveLength(1);
});
