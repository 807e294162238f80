import { start } from './topology.js';

/** Everything in one process, on an embedded PostgreSQL. */
export default async (): Promise<void> => {
  process.env.PORTICO_E2E_STANDALONE = JSON.stringify(await start(['apps/standalone/dist/main.js']));
};
