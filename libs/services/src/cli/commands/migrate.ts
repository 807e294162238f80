import type { Command } from '../command.js';

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Bring the tables of the database up to date.',
  options: {},
  run: async (_, needs) => {
    await needs.migrate();
    return { text: 'The tables are up to date.', json: { migrated: true } };
  },
};
