// Writes the secrets of the dev overlay into secrets/, once: what is there stays, for the data is sealed by it.
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('secrets', import.meta.url));
const draft = `${folder}.${process.pid}`;

// nats-server takes what begins with a digit for a number, and URLs take letters and digits as they are.
const random = () => `p${randomBytes(32).toString('hex')}`;
const passwordsOf = (some) => some.map((user) => `NATS_${user.toUpperCase()}_PASSWORD=${random()}\n`).join('');
const database = random();
const queue = random();
const users = ['gateway', 'authorize', 'token', 'userinfo', 'introspection', 'session', 'worker'];
const others = ['resource_server', 'internal', 'operator'];

const files = {
  secret: random(),
  'database.env': `url=postgres://portico:${database}@postgres:5432/portico\n`,
  'postgres-password': database,
  'queue.env': `url=redis://:${queue}@redis:6379\n`,
  'redis.conf': `requirepass ${queue}\ndir /data\nappendonly yes\nmaxmemory-policy noeviction\n`,
  'nats.env': passwordsOf([...users, ...others]),
};

/** A user of a newer version has no password yet, and NATS does not start without it. */
const addUsers = () => {
  const kept = readFileSync(`${folder}/nats.env`, 'utf8');
  const missing = [...users, ...others].filter((user) => !kept.includes(`NATS_${user.toUpperCase()}_PASSWORD=`));
  if (missing.length > 0) appendFileSync(`${folder}/nats.env`, passwordsOf(missing));
  return missing;
};

if (existsSync(folder)) {
  const added = addUsers();
  console.log(
    `The secrets are there already; ${added.length > 0 ? `added: ${added.join(', ')}` : 'nothing was changed'}.`,
  );
} else {
  mkdirSync(draft, { mode: 0o700 });
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(`${draft}/${name}`, text, { mode: 0o600 });
    // All or none: half of them would seal what the rest cannot open.
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  console.log('Wrote the secrets of the dev overlay.');
}

// No secret: it only tells whether the Job that migrates would get another one.
const seen = createHash('sha256')
  .update(readFileSync(`${folder}/database.env`))
  .digest('hex');
writeFileSync(`${folder}/migrate.env`, `database=${seen.slice(0, 16)}\n`, { mode: 0o600 });
