// npm test: every check and every test. `npm test -- <jest arguments>` runs only the tests that they choose.
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install, node } from './setup.js';
import { ensureServers } from './servers.js';

const minutes = 60_000;
const checkMs = 10 * minutes;
const jestMs = 30 * minutes;

const checks = [
  ['the build', ['node_modules/tsc7/bin/tsc', '-b']],
  ['types of the tests', ['node_modules/tsc7/bin/tsc', '-p', 'tsconfig.check.json']],
  ['lint', ['node_modules/nx/dist/bin/nx.js', 'lint', 'portico']],
  ['boundaries', ['tools/boundaries.canary.js']],
  ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '.']],
  ['dead code', ['node_modules/knip/bin/knip.js', '--no-config-hints']],
];

const count = { passed: 0, failed: 0, skipped: 0 };

/** What a check says is shown where it fails. */
const check = ([name, args]) => {
  const begun = Date.now();
  const { status, stdout, stderr } = node(args, { encoding: 'utf8', timeout: checkMs, maxBuffer: 64 * 1024 * 1024 });
  const isFine = status === 0;
  count[isFine ? 'passed' : 'failed'] += 1;
  if (!isFine) console.log(`${stdout}${stderr}`);
  console.log(`${isFine ? 'passed' : 'FAILED'}  ${name} (${seconds(begun)} s)`);
};

const jest = (args) => {
  const [, project = 'tests'] = args;
  const begun = Date.now();
  const counts = join(tmpdir(), `portico-tests-${process.pid}.json`);
  const own = ['node_modules/jest/bin/jest.js', '--reporters=default', '--reporters=./tools/test-counts.js'];
  const env = { ...process.env, TEST_COUNTS: counts };
  const options = { env, stdio: ['ignore', 'inherit', 'inherit'], timeout: jestMs, killSignal: 'SIGKILL' };
  const { status } = node(
    ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', ...own, ...args],
    options,
  );
  const failedBefore = count.failed;
  add(counts);
  if (status !== 0 && count.failed === failedBefore) count.failed += 1;
  console.log(`${status === 0 ? 'passed' : 'FAILED'}  ${project} (${seconds(begun)} s)`);
};

/** Counts that are not there are one test that failed; so is a project without tests. */
const add = (file) => {
  try {
    const { passed, failed, skipped } = JSON.parse(readFileSync(file, 'utf8'));
    count.passed += passed;
    count.failed += failed;
    count.skipped += skipped;
    if (passed + failed + skipped === 0) count.failed += 1;
  } catch {
    count.failed += 1;
  }
  rmSync(file, { force: true });
};

const seconds = (begun) => ((Date.now() - begun) / 1_000).toFixed(1);

// One after the other: each topology has the machine for itself, and the last one is killed piece by piece.
const projects = ['libs', 'deploy', 'e2e standalone', 'e2e services', 'e2e crash'];

const chosen = process.argv.slice(2);
install();
ensureServers();
(chosen.length > 0 ? checks.slice(0, 1) : checks).forEach(check);
if (chosen.length > 0) jest(chosen);
// What is killed there, and how fast it is then, is no business of a test beside it.
else for (const project of projects) jest(['--selectProjects', project, ...(project === 'e2e crash' ? ['-i'] : [])]);
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed > 0 ? 1 : 0;
