import { DeclarationError } from '@portico/admin';
import { revokeKey } from '@portico/jwt';
import type { Command } from '../command.js';

export const keysRevoke: Command = {
  name: 'keys revoke',
  operand: 'KID',
  summary: 'Take a signing key that leaked out of the key set for ever; a successor signs at once.',
  options: {},
  run: async ({ operand: kid }, needs) => {
    const { policy, ...rotation } = await needs.keys();
    if (!(await revokeKey(kid, policy, rotation)))
      throw new DeclarationError([{ path: 'kid', message: 'names no signing key' }]);
    return {
      text: `${kid} is gone. Whoever has kept the key set believes it until that is fetched once more.`,
      json: { kid, revoked: true },
    };
  },
};
