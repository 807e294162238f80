import { endpoints, pathsOf, type Caller, type EndpointContract, type EndpointName } from '@portico/contracts';
import { empty, type EndpointReply } from '@portico/endpoint';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readBody } from './http/body.js';
import { failureOf, faultOf, faultReply, methodNotAllowed, notFound } from './http/fault.js';
import { send } from './http/reply.js';
import { inSpan, traceRequests } from './http/span.js';
import { checkUrlLength, endpointRequest } from './http/request.js';
import type { GatewayNeeds } from './needs.js';
import { corsHeaders, preflightHeaders } from './security/cors.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route answers; absent on a path that is no endpoint. */
    contract?: EndpointContract;
  }
}

/** One route for each path of the endpoint table, and an answer to everything else. */
export const mountEndpoints = (fastify: FastifyInstance, needs: GatewayNeeds): void => {
  fastify.setErrorHandler((error, request, reply) => {
    const fault = faultOf(error);
    const answer = faultReply(fault, { caller: callerOf(request), id: request.id });
    return send({ request, reply, needs }, answer, fault.status >= 500 ? failureOf(error) : undefined);
  });
  fastify.setNotFoundHandler(() => {
    throw notFound();
  });
  // A scope of its own: the parser and the checks below are for endpoints, not for the probes of the same server.
  fastify.register((scope, _options, done) => {
    acceptBodies(scope);
    if (needs.traces) traceRequests(scope, needs.traces);
    scope.addHook('onRequest', admit);
    for (const name of Object.keys(endpoints) as EndpointName[]) mount(scope, name, needs);
    done();
  });
};

const acceptBodies = (scope: FastifyInstance): void => {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const { contract = { body: 'form' } } = request.routeOptions.config;
      done(null, readBody(contract, request.headers['content-type'], body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
};

const mount = (scope: FastifyInstance, name: EndpointName, needs: GatewayNeeds): void => {
  const contract = endpoints[name];
  for (const path of pathsOf(name, needs)) {
    scope.all(path, { config: { contract } }, async (request, reply) =>
      send({ request, reply, needs }, await answerOf(contract, request, needs)),
    );
  }
};

const answerOf = async (
  contract: EndpointContract,
  request: FastifyRequest,
  { bus }: GatewayNeeds,
): Promise<EndpointReply> =>
  request.method === 'OPTIONS'
    ? empty(204, { headers: preflightHeaders(contract, request.headers.origin) })
    : inSpan(request, () => bus.call(contract, endpointRequest(request, contract)));

/** Refuses, before a body is read, what no endpoint answers. */
const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
  const { contract } = request.routeOptions.config;
  if (!contract) return;
  reply.headers(corsHeaders(contract, request.headers.origin));
  checkUrlLength(request);
  const allowed = methodsOf(contract);
  if (!allowed.includes(request.method)) throw methodNotAllowed(allowed);
};

/** HEAD only where a GET changes nothing: a link checker must not walk through a sign-in. @see RFC 9110 §9.3.2 */
const methodsOf = ({ methods, caller, cors }: EndpointContract): readonly string[] => [
  ...methods,
  ...(caller === 'client' && cors !== 'registered' && methods.includes('GET') ? ['HEAD'] : []),
  ...(cors ? ['OPTIONS'] : []),
];

const callerOf = ({ routeOptions, headers }: FastifyRequest): Caller =>
  routeOptions.config.contract?.caller ?? (headers.accept?.includes('text/html') ? 'browser' : 'client');
