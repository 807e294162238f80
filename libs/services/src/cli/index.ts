export { metricsReference } from '../common/metrics/reference.js';
export * from './apply-file.js';
export * from './reference.js';
export * from './run.js';
