export * from './config.js';
export * from './load.js';
export * from './secret.js';
export * from './settings.js';
