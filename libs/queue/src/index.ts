export { openQueue } from './queue.js';
