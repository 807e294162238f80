// Copies what was built, and runs, into a folder: the services, the libraries that they need, and the entry of the image.
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [, , target] = process.argv;
const notRun = /\.(d\.ts|map|tsbuildinfo)$/;

const copy = (path) => cpSync(path, join(target, path), { recursive: true, filter: (name) => !notRun.test(name) });

for (const floor of ['apps', 'libs'])
  for (const name of readdirSync(floor).filter((name) => existsSync(join(floor, name, 'dist'))))
    for (const part of ['package.json', 'dist']) copy(join(floor, name, part));
// What browsers run is not compiled.
copy('libs/services/src/demo/browser');
for (const name of ['package.json', 'docker/entry.js', 'docker/health.js']) copy(name);
