export * from './authorization.js';
export * from './claims.js';
export * from './client.js';
export * from './ports.js';
