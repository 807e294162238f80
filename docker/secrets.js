// node docker/secrets.js: makes the secrets that compose.yaml reads, once; one that is there stays as it is.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { passwordOf, users } from '../tools/nats/users.js';

const folder = process.argv[2] ?? fileURLToPath(new URL('secrets', import.meta.url));
const databaseHost = 'postgres:5432';

/** A letter first: nats-server takes what begins with a digit for a number. */
const random = () => `s${randomBytes(24).toString('hex')}`;

// Whoever may enter the folder may read: a container sees each file alone, and not as the user who made it.
mkdirSync(folder, { recursive: true, mode: 0o700 });
const keep = (name, make) => {
  const file = `${folder}/${name}`;
  if (!existsSync(file)) writeFileSync(file, `${make()}\n`, { mode: 0o444, flag: 'wx' });
  return readFileSync(file, 'utf8').trim();
};

/** Others may have the old file open: it is replaced whole. */
const rewrite = (name, text) => {
  writeFileSync(`${folder}/${name}.new`, `${text}\n`, { mode: 0o444 });
  renameSync(`${folder}/${name}.new`, `${folder}/${name}`);
};

keep('portico_secret', random);
const postgres = keep('postgres_password', random);
keep('database_url', () => `postgres://portico:${postgres}@${databaseHost}/portico`);

const acl = keep('redis_users', () => `user default on >${random()} ~* &* +@all`);
keep('queue_url', () => `redis://default:${/>(\S+)/.exec(acl)?.[1]}@redis:6379`);

const passwords = (some) => some.map(({ user }) => `${passwordOf(user)}=${random()}`).join('\n');
const kept = keep('nats_passwords', () => passwords(users));
// A user of a newer version has none yet, and NATS does not start without it.
const without = users.filter(({ user }) => !kept.includes(`${passwordOf(user)}=`));
const nats = [kept, ...(without.length > 0 ? [passwords(without)] : [])].join('\n');
if (nats !== kept) rewrite('nats_passwords', nats);
for (const { user } of users) {
  const password = new RegExp(`^${passwordOf(user)}=(.+)$`, 'm').exec(nats)?.[1];
  keep(`nats_url_${user}`, () => `nats://${user}:${password}@nats:4222`);
}
console.log(`The secrets are in ${folder}; git ignores them.`);
