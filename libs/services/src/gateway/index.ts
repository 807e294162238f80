export { bootGateway } from './boot.js';
