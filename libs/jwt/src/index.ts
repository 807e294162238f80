export * from './generate.js';
export * from './key-set.js';
export * from './key-store.js';
export * from './seal.js';
export * from './sign.js';
export * from './verify.js';
