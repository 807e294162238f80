// Becomes the service that APP names, in this very process: what it is told by signals, nobody has to pass on.
import { readdirSync } from 'node:fs';

const { APP = '' } = process.env;
const apps = new URL('../apps/', import.meta.url);
const names = readdirSync(apps).sort();

if (!names.includes(APP)) {
  console.error(`APP names the service that this container is: ${names.join(', ')}`);
  process.exit(64);
}

// The first process of a container is spared signals that it does not handle: until the service does, end at once.
for (const signal of ['SIGTERM', 'SIGINT'])
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(0);
  });

await import(new URL(`${APP}/dist/main.js`, apps).href);
