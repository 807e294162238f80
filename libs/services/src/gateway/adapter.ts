import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions, FastifyInstance } from 'fastify';
import { answerBrokenRequest } from './http/broken-request.js';

const kibibyte = 1024;

/** Longer forms are refused; ours have some hundred bytes, a request object some thousand. */
const maxBodyBytes = 64 * kibibyte;

/** Request line and headers together; more than `maxUrlLength`, so that a URL too long can be told from a header too long. */
const maxHeaderBytes = 32 * kibibyte;

const timeouts = {
  /** A whole request must have arrived by then; a slow sender holds no connection for longer. */
  requestTimeout: 15_000,
  /** Longer than any contract's deadline: only a dead peer reaches it. */
  connectionTimeout: 30_000,
  /** Longer than the idle time of common load balancers, or they would reuse a connection that we are closing. */
  keepAliveTimeout: 72_000,
};

/** Nest would put its own body parsers and JSON errors over the gateway's. */
class GatewayAdapter extends FastifyAdapter {
  override registerParserMiddleware(): void {
    // The endpoints bring the only one.
  }
  override setErrorHandler(): typeof this.instance {
    return this.instance;
  }
  override setNotFoundHandler(): typeof this.instance {
    return this.instance;
  }
}

/** Believes the entry our own proxy wrote into X-Forwarded-For, and none before it: those are the client's to invent. */
const nearestProxy = (_address: string, hop: number): boolean => hop === 0;

/**
 * Fastify under Nest, with the limits of a server that faces the world. With `trustProxy` the client's address comes
 * from the reverse proxy in front.
 */
export const gatewayAdapter = ({ trustProxy }: { readonly trustProxy: boolean }): FastifyAdapter => {
  const adapter = new GatewayAdapter({ ...limits, trustProxy: trustProxy && nearestProxy });
  adapter.getInstance<FastifyInstance>().removeAllContentTypeParsers();
  return adapter;
};

const limits: FastifyHttpOptions<Server> & { skipMiddie: boolean } = {
  ...timeouts,
  bodyLimit: maxBodyBytes,
  genReqId: () => randomBytes(8).toString('hex'),
  exposeHeadRoutes: false,
  // What still comes over an open connection while we close is answered; the readiness probe keeps new ones away.
  return503OnClosing: false,
  skipMiddie: true,
  routerOptions: { maxParamLength: 100, querystringParser: () => ({}) },
  http: { maxHeaderSize: maxHeaderBytes, headersTimeout: 10_000 },
  clientErrorHandler: answerBrokenRequest,
  frameworkErrors: (error, request, reply) => {
    request.server.errorHandler(error, request, reply);
  },
};
