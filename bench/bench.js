// npm run bench: what a request costs. `npm run bench -- --help` tells how.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { build, giveUp, install } from '../tools/setup.js';
import { measure } from './load.js';
import { canPin, startProvider, startRival } from './provider.js';
import { comparison, replicas, report } from './report.js';
import { workloads } from './workloads.js';

const help = `npm run bench -- [options] [workload …]

  --topology standalone|services   what is started (standalone)
  --seconds N                      how long each workload runs (10), after a warm-up of a fifth of it
  --connections N                  how many ask at once (16)
  --spread                         let the provider use every core; else all of it shares the first one
  --against node-oidc-provider     measures that too, in turns, on the same core
  --at N                           besides, the cores that N operations a second take
  --json FILE                      writes the figures there, too

Workloads: ${Object.keys(workloads).join(', ')}`;

const rivals = ['node-oidc-provider'];

const options = {
  topology: { type: 'string', default: 'standalone' },
  seconds: { type: 'string', default: '10' },
  connections: { type: 'string', default: '16' },
  spread: { type: 'boolean', default: false },
  against: { type: 'string' },
  at: { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
};

const given = () => {
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const unknown = positionals.find((name) => !(name in workloads));
    if (unknown) throw new Error(`There is no workload ${unknown}.`);
    if (!['standalone', 'services'].includes(values.topology)) throw new Error('--topology is standalone or services.');
    if (values.against && !rivals.includes(values.against)) throw new Error(`--against is ${rivals.join(' or ')}.`);
    for (const name of ['seconds', 'connections', 'at'])
      if (values[name] !== undefined && !(Number(values[name]) > 0)) throw new Error(`--${name} is a number above 0.`);
    return { ...values, names: positionals.length > 0 ? positionals : Object.keys(workloads) };
  } catch (error) {
    return giveUp(`${error.message}\n\n${help}`);
  }
};

const run = async ({ topology, against, names, spread, ...more }) => {
  const core = !spread && canPin() ? 0 : undefined;
  if (core !== undefined) spawnSync('taskset', ['-a', '-p', '-c', '1', String(process.pid)]);
  const seconds = Number(more.seconds);
  const how = { connections: Number(more.connections), seconds, warmUpSeconds: seconds / 5 };
  const providers = [];
  try {
    providers.push(['portico', await startProvider(topology, { core })]);
    if (against) providers.push([against, await startRival(against, { core })]);
    return await measureAll(providers, names, how);
  } finally {
    for (const [, provider] of providers) await provider.stop();
  }
};

/** In turns, so that what else the machine does meets all of them. */
const measureAll = async (providers, names, how) => {
  const results = [];
  for (const name of names) {
    for (const [provider, running] of providers) {
      const { about } = workloads[name];
      results.push({ provider, name, about, ...(await measure(workloads[name], { ...running, ...how })) });
      console.error(`${provider}, ${name}: ${Math.round(results.at(-1).operations / results.at(-1).seconds)} a second`);
    }
  }
  return results;
};

const asked = given();
if (asked.help) {
  console.log(help);
  process.exit(0);
}
install();
build();
const results = await run(asked);
const mine = results.filter(({ provider }) => provider === 'portico');
console.log(`\n${report(mine)}`);
if (asked.at) console.log(`\n${replicas(mine, Number(asked.at))}`);
if (asked.against) console.log(`\n${comparison(results, asked.against)}`);
if (asked.json) writeFileSync(asked.json, `${JSON.stringify(results, null, 2)}\n`);
