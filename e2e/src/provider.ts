import type { Running } from './setup/topology.js';

/** Which topology these tests talk to. */
export const topology = (globalThis as { topology?: 'standalone' | 'services' }).topology ?? 'standalone';

const running = process.env[`PORTICO_E2E_${topology.toUpperCase()}`];
if (running === undefined) throw new Error(`no ${topology} topology was set up`);

/** The provider that runs. */
export const provider = JSON.parse(running) as Running;
export const { issuer } = provider;
export const { origin } = new URL(issuer);
