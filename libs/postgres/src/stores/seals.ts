import type { Sealed, Seals } from '@portico/jwt';
import type { ClientSecret } from '@portico/oidc';
import { appendTo } from '../audit.js';
import type { Database } from '../data-source.js';
import type { Run } from '../statement.js';
import { transact } from '../transact.js';

type Make = (sealed: Sealed) => string;

/** Nobody adds, changes or removes what is sealed meanwhile; the tables in the order in which others take them. */
const lock = {
  name: 'seals.lock',
  text: 'LOCK TABLE clients, keys, password_keys, installation_keys IN SHARE ROW EXCLUSIVE MODE',
};

/** The tables whose rows hold one sealed text under its label. */
const tables = [
  ['keys', 'kid', 'sealed_private_jwk'],
  ['password_keys', 'kid', 'sealed_private_jwk'],
  ['installation_keys', 'name', 'sealed'],
].map(([table = '', label = '', text = '']) => ({
  read: { name: `seals.read-${table}`, text: `SELECT ${label} AS label, ${text} AS text FROM ${table}` },
  write: { name: `seals.write-${table}`, text: `UPDATE ${table} SET ${text} = $2 WHERE ${label} = $1` },
}));

const replaceIn = async (run: Run, { read, write }: (typeof tables)[number], make: Make): Promise<number> => {
  let changed = 0;
  for (const { label, text } of await run<{ label: string; text: string }>(read, [])) {
    const made = make({ by: 'keys', label, text });
    if (made === text) continue;
    await run(write, [label, made]);
    changed += 1;
  }
  return changed;
};

const readClients = {
  name: 'seals.read-clients',
  text: `SELECT id, secrets FROM clients WHERE secrets @? '$[*].sealed' ORDER BY id`,
};
const writeClient = { name: 'seals.write-client', text: 'UPDATE clients SET secrets = $2 WHERE id = $1' };

const replaceInClients = async (run: Run, make: Make): Promise<number> => {
  let changed = 0;
  for (const { id, secrets } of await run<{ id: string; secrets: ClientSecret[] }>(readClients, [])) {
    const made = secrets.map((secret) =>
      secret.sealed === undefined
        ? secret
        : { ...secret, sealed: make({ by: 'clientSecrets', label: id, text: secret.sealed }) },
    );
    const different = made.filter(({ sealed }, index) => sealed !== secrets[index]?.sealed).length;
    if (different > 0) await run(writeClient, [id, JSON.stringify(made)]);
    changed += different;
  }
  return changed;
};

export const seals = (database: Database): Seals => ({
  replace: (make) =>
    transact(database, async (run) => {
      await run(lock, []);
      let changed = await replaceInClients(run, make);
      for (const table of tables) changed += await replaceIn(run, table, make);
      if (changed > 0) await appendTo(run, { event: 'keys_resealed', detail: { count: changed } });
      return changed;
    }),
});
