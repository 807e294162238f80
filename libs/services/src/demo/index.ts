export { demoAccount, demoClient } from './demo.js';
export { mountDemo, type DemoNeeds } from './mount.js';
