// Writes docs/config.md from the schemas; with --check it only says whether the file is what they say. Build first.
import { configReference } from '@portico/services/cli';
import { readFile, writeFile } from 'node:fs/promises';

const file = new URL('../docs/config.md', import.meta.url);
const wanted = configReference();

if (!process.argv.includes('--check')) await writeFile(file, wanted);
else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
  console.error('docs/config.md is not what the schemas say: npm run build && node tools/docs.js');
  process.exitCode = 1;
}
