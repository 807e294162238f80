import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { configReference, environmentReference } from './reference.js';

test('docs/config.md is what the schemas say', async () => {
  const committed = await readFile(new URL('../../../../docs/config.md', import.meta.url), 'utf8');
  expect(committed).toBe(configReference());
});

test('the README shows the settings of the environment', async () => {
  const readme = await readFile(new URL('../../../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(environmentReference());
});

test('every setting has a sentence', () => {
  const rows = configReference()
    .split('\n')
    .filter((line) => line.startsWith('| `') && line.split(' | ').length === 4);
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.filter((row) => row.endsWith('|  |'))).toEqual([]);
});
