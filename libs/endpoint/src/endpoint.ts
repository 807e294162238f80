import type { EndpointReply } from './reply.js';
import type { EndpointRequest } from './request.js';

/** One straight-line function over plain data: parse, authenticate, validate, act, respond (law 1). */
export type Endpoint = (request: EndpointRequest) => Promise<EndpointReply>;
