// Writes the configuration of NATS from the contracts; with --check it only says what is out of date. Build first.
import { readFile, writeFile } from 'node:fs/promises';
import { passwordOf, users } from './nats/users.js';

const files = ['docker/nats.conf', 'k8s/components/nats/nats.conf'];

const list = (name, subjects, indent) =>
  [`${name}: [`, ...subjects.map((subject) => `  ${JSON.stringify(subject)}`), ']'].map((line) => indent + line);

const direction = (name, { allow, deny = [] }) => [
  `        ${name}: {`,
  ...list('allow', allow, '          '),
  ...(deny.length > 0 ? list('deny', deny, '          ') : []),
  '        }',
];

const userLines = ({ user, does, publish, subscribe, answers = false }) => [
  `    # ${user}: ${does}`,
  '    {',
  `      user: ${JSON.stringify(user)}`,
  `      password: $${passwordOf(user)}`,
  '      permissions: {',
  ...direction('publish', publish),
  ...direction('subscribe', subscribe),
  ...(answers ? ['        allow_responses: { max: 1, expires: "1m" }'] : []),
  '      }',
  '    }',
];

const text = `# NATS for Portico: written by tools/nats.js from the contracts. What is changed here is lost; what a process may do follows
# from its contracts.
#
# The passwords come from the environment. Each begins with a letter, and has letters and digits only: nats-server reads what
# stands in a variable as if it stood here, and takes 1e5 for a number.
port: 4222
# Health and numbers, for probes and scrapers: never outside of the cluster.
http: 8222

jetstream: {
  store_dir: "/data"
  max_memory_store: 64MB
  # Room for the stream of events (PORTICO_EVENTS_MAX_MIB) and a little more.
  max_file_store: 5GB
}

# One account, for its users talk to each other; what each may do is in its permissions. No user is allowed "_INBOX.>":
# what a process is answered comes under a prefix of its own, so that no other one can read it. Nobody may have the calls of
# endpoints kept in a stream, for they carry passwords and codes.
accounts: {
  PORTICO: {
    jetstream: enabled
    users: [
${users
  .flatMap(userLines)
  .map((line) => `  ${line}`)
  .join('\n')}
    ]
  }
}
`;

for (const name of files) {
  const file = new URL(`../${name}`, import.meta.url);
  if (!process.argv.includes('--check')) await writeFile(file, text);
  else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    console.error(`${name} is not what the contracts say: npm run build && node tools/nats.js`);
    process.exitCode = 1;
  }
}
