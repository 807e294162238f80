export * from './bus.js';
export * from './contract.js';
export * from './endpoints.js';
export * from './events.js';
export * from './jobs.js';
export * from './within.js';
