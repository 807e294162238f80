import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

test('docs/spec-coverage.md is what the sources and tests say', () => {
  const tool = new URL('coverage.js', import.meta.url).pathname;
  expect(execFileSync(process.execPath, [tool, '--check'], { encoding: 'utf8', timeout: 30_000 })).toBe('');
});
