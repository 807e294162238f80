export * from './apply-file.js';
export * from './reference.js';
export * from './run.js';
