export * from './servers.js';
export * from './transport.js';
export * from './embedded-postgres.js';
export * from './memory/stores.js';
export * from './embedded-postgres/running.js';
