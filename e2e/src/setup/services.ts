import { start } from './topology.js';

/** Seven processes over NATS, PostgreSQL and Redis. */
export default async (): Promise<void> => {
  process.env.PORTICO_E2E_SERVICES = JSON.stringify(await start(['tools/services.js'], {}, { traced: true }));
};
