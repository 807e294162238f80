// Writes what the schemas say into docs/config.md, docs/metrics.md and the README; with --check it only says what is out of date. Build first.
import { configReference, environmentReference, metricsReference } from '@portico/services/cli';
import { readFile, writeFile } from 'node:fs/promises';

const between = /(<!-- settings.*?-->\n<!-- prettier-ignore-start -->\n)[\s\S]*?(<!-- prettier-ignore-end -->)/;

const documents = {
  'docs/config.md': () => configReference(),
  'docs/metrics.md': () => metricsReference(),
  'README.md': (text) => text.replace(between, (_, start, end) => `${start}\n${environmentReference()}\n\n${end}`),
};

for (const [name, write] of Object.entries(documents)) {
  const file = new URL(`../${name}`, import.meta.url);
  const text = await readFile(file, 'utf8').catch(() => '');
  const wanted = write(text);
  if (!process.argv.includes('--check')) await writeFile(file, wanted);
  else if (text !== wanted) {
    console.error(`${name} is not what the schemas say: npm run build && node tools/docs.js`);
    process.exitCode = 1;
  }
}
