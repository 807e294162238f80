export { gatewayAdapter } from './adapter.js';
export { bootGateway } from './boot.js';
export { GatewayModule, type GatewayOptions } from './gateway.module.js';
export type { GatewayNeeds, RequestLine } from './needs.js';
