import type { FastifyInstance } from 'fastify';

/**
 * From then on every answer ends its connection: the client opens its next one elsewhere, and none is closed under a
 * request that is just on its way.
 * @see RFC 9112 §9.6
 */
export const endConnectionsAfter = (fastify: FastifyInstance, stopping: AbortSignal): void => {
  fastify.addHook('onRequest', (_request, reply, done) => {
    if (stopping.aborted) void reply.header('connection', 'close');
    done();
  });
};
