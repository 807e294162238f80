import { applyFile } from '../apply-file.js';
import type { Command } from '../command.js';
import { table } from '../table.js';

export const applyCommand: Command = {
  name: 'apply',
  operand: 'FILE',
  summary: 'Make clients and accounts be as a portico.yaml says; what it does not name is left alone.',
  options: {},
  run: async ({ operand }, needs) => {
    const changes = await applyFile(operand, { ...needs, registrations: await needs.registrations() });
    const rows = changes.map(({ kind, name, change }) => [kind, name, change]);
    return { text: table(['KIND', 'NAME', 'CHANGE'], rows), json: changes };
  },
};
