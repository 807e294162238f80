import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RequestSpan, Traces } from '../../common/traces.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** From when the request arrived; only where requests are traced. */
    span?: RequestSpan | undefined;
  }
}

/** Begins a span for each request to an endpoint; `send` ends it. Whoever asks for what is not there leaves no trace. */
export const traceRequests = (scope: FastifyInstance, traces: Pick<Traces, 'request'>): void => {
  scope.decorateRequest('span', undefined);
  scope.addHook('onRequest', (request, _reply, done) => {
    const { url: route = '', config } = request.routeOptions;
    if (config.contract) request.span = traces.request(arrivalOf(request, route));
    done();
  });
};

const arrivalOf = (request: FastifyRequest, route: string) => {
  const { traceparent, tracestate } = request.headers as Record<string, string | undefined>;
  return { id: request.id, method: request.method, route, traceparent, tracestate };
};

/** Does what belongs to a request, so that what is done for it is found under it. */
export const inSpan = <Result>({ span }: FastifyRequest, work: () => Result): Result =>
  span ? span.run(work) : work();
