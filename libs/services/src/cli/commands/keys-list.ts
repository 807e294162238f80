import type { Command } from '../command.js';
import { describedKeys, keyTable } from '../keys.js';

export const keysList: Command = {
  name: 'keys list',
  summary: 'Show the signing keys: which is announced, signs, or only verifies.',
  options: {},
  run: async (_, needs) => {
    const { keys, policy, clock } = await needs.keys();
    const described = describedKeys(await keys.list(), policy, clock());
    return { text: keyTable(described), json: described };
  },
};
