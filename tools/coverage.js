// Writes docs/spec-coverage.md; with --check it only says whether that page is out of date.
import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { coverage, page } from './coverage/page.js';
import { citations } from './coverage/sources.js';

const claims = parse(await readFile(new URL('coverage/claims.yaml', import.meta.url), 'utf8'));
const file = new URL('../docs/spec-coverage.md', import.meta.url);
const wanted = page(coverage(claims, await citations()));
if (!process.argv.includes('--check')) await writeFile(file, wanted);
else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
  console.error('docs/spec-coverage.md is not what the sources and tests say: node tools/coverage.js');
  process.exitCode = 1;
}
