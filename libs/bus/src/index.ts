export * from './bus.js';
export * from './handles.js';
export { connectNats, type Nats } from './nats.js';
export { NatsTransport } from './transport.js';
