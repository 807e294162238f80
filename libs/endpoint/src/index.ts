export * from './branded.js';
export * from './endpoint.js';
export * from './hash.js';
export * from './page.js';
export * from './registry.js';
export * from './reply.js';
export * from './request.js';
export * from './time.js';
