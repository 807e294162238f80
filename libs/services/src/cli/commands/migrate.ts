import type { Command } from '../command.js';

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Bring the tables of the database up to date.',
  options: {},
  run: async (_, needs) => {
    const steps = await needs.migrate();
    const text = steps.length === 0 ? 'The tables are up to date.' : steps.map((step) => `did ${step}`).join('\n');
    return { text, json: { migrations: steps } };
  },
};
