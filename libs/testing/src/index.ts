export * from './administration.js';
export * from './bus.suite.js';
export * from './processes.js';
export * from './queue.suite.js';
export * from './until.js';
export * from './clock.js';
export * from './request.js';
export * from './rules.js';
