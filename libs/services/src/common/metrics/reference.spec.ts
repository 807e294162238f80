import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { metricsReference } from './reference.js';

test('docs/metrics.md is what the table says', async () => {
  const committed = await readFile(new URL('../../../../../docs/metrics.md', import.meta.url), 'utf8');
  expect(committed).toBe(metricsReference());
});
