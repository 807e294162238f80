import type { InstallationKeyStore } from '@portico/jwt';
import type { Database } from '../data-source.js';
import { first, type Run } from '../statement.js';

const find = { name: 'installation_keys.find', text: 'SELECT sealed FROM installation_keys WHERE name = $1' };
const add = {
  name: 'installation_keys.add',
  text: 'INSERT INTO installation_keys (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING',
};

const found = async (run: Run, name: string): Promise<string | undefined> =>
  (await first<{ sealed: string }>(run, find, [name]))?.sealed;

export const installationKeyStore = ({ run }: Database): InstallationKeyStore => ({
  find: (name) => found(run, name),
  establish: async (name, sealed) => {
    await run(add, [name, sealed]);
    return (await found(run, name)) ?? sealed;
  },
});
