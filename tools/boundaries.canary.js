// Proves that @nx/enforce-module-boundaries still bites. Through nx: ESLint alone skips the rule where nx has not
// computed the project graph, and says nothing.
import { rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { allowed, forbidden } from './canary/imports.js';
import { giveUp, node, root } from './setup.js';

const rule = '@nx/enforce-module-boundaries';
const canaries = [...forbidden, ...allowed].map(([folder, target], index) => ({
  file: join(root, folder, `canary-${index}.canary.ts`),
  target,
  isForbidden: index < forbidden.length,
}));
const remove = () => canaries.forEach(({ file }) => rmSync(file, { force: true }));
process.once('exit', remove);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));

for (const { file, target } of canaries) writeFileSync(file, `export * as canary from '${target}';\n`);
const eslint = ['eslint', '--no-inline-config', '--format', 'json', ...canaries.map(({ file }) => file)];
// Within `npm test`, nx exec would take that script for the target to run.
const environment = { ...process.env };
delete environment.npm_lifecycle_event;
const { stdout, stderr, status } = node(['node_modules/nx/dist/bin/nx.js', 'exec', '--', ...eslint], {
  env: { ...environment, PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}` },
  encoding: 'utf8',
  timeout: 300_000,
  maxBuffer: 64 * 1024 * 1024,
});
remove();

const start = stdout?.indexOf('[{') ?? -1;
if (start < 0) giveUp(`ESLint did not run (${status}):\n${stdout}${stderr}`);
const results = JSON.parse(stdout.slice(start, stdout.lastIndexOf(']') + 1));
const isCaught = (file) =>
  results.find(({ filePath }) => filePath === file)?.messages.some(({ ruleId }) => ruleId === rule) ?? false;
const wrong = canaries.filter(({ file, isForbidden }) => isCaught(file) !== isForbidden);
for (const { file, target, isForbidden } of wrong)
  console.error(`${isForbidden ? 'not refused' : 'refused'}: ${target} in ${file}`);
if (wrong.length > 0) process.exit(1);
console.log(`${forbidden.length} forbidden imports were refused, ${allowed.length} allowed ones were not`);
