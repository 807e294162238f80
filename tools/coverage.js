// Writes docs/spec-coverage.md; with --check it only says whether that page is out of date, and what it lacks.
import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { strange, unlisted } from './coverage/lists.js';
import { coverage, missing, page } from './coverage/page.js';
import { citations } from './coverage/sources.js';

const read = async (name) => parse(await readFile(new URL(`coverage/${name}.yaml`, import.meta.url), 'utf8'));
const [claims, contents] = await Promise.all(['claims', 'contents'].map(read));
const file = new URL('../docs/spec-coverage.md', import.meta.url);
const cited = await citations(Object.keys(claims));
const covered = coverage(claims, cited);

const complain = (text) => {
  console.error(text);
  process.exitCode = 1;
};

const check = async () => {
  if ((await readFile(file, 'utf8').catch(() => '')) !== page(covered))
    complain('docs/spec-coverage.md is not what the sources and tests say: node tools/coverage.js');
  [...unlisted(claims, contents), ...strange(claims, cited), ...missing(covered)].forEach(complain);
};

await (process.argv.includes('--check') ? check() : writeFile(file, page(covered)));
