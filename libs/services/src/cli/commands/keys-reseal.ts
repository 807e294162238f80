import { resealAll } from '@portico/jwt';
import type { Command } from '../command.js';

export const keysReseal: Command = {
  name: 'keys reseal',
  summary: 'Seal everything by PORTICO_SECRET that is still sealed by PORTICO_SECRET_PREVIOUS.',
  options: {},
  run: async (_, needs) => {
    const { seals, sealKeys } = await needs.keys();
    const resealed = await resealAll(seals, sealKeys);
    const rest = 'Everything is sealed by PORTICO_SECRET now.';
    return { text: `Sealed anew: ${resealed}. ${rest}`, json: { resealed } };
  },
};
