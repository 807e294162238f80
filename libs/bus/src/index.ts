export * from './bus.js';
export type { EventStreamOptions } from './event-stream.js';
export { backlogOf } from './follow.js';
export * from './handles.js';
export { connectNats, type Nats } from './nats.js';
export { followRevocations, type RevocationFeed } from './revocations.js';
export { NatsTransport } from './transport.js';
