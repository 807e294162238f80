export { type Algorithm, type VerifiedToken } from './access-token.js';
export { BearerError, bearerToken, challenge, refusalOf, type Refusal } from './bearer-error.js';
export type { ClientCredentials } from './http.js';
export type { NatsConnection, NatsMessage } from './nats-reader.js';
export { natsRevocations, type NatsRevocationsOptions } from './nats-revocations.js';
export { polledRevocations, type PolledRevocationsOptions } from './polled-revocations.js';
export { resourceServer, type ResourceServer, type ResourceServerOptions } from './resource-server.js';
export type { RevocationSource } from './revocation-source.js';
