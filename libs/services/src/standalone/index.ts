export { bootStandalone } from './standalone.js';
