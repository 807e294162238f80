import { connect } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { CustomTransportStrategy, Server } from '@nestjs/microservices';
import { endpoints, type EndpointName } from '@portico/contracts';
import { json, type Endpoint, type EndpointRequest } from '@portico/endpoint';
import { localTransport } from '@portico/local';
import type { FastifyInstance } from 'fastify';
import { gatewayAdapter } from './adapter.js';
import { GatewayModule } from './gateway.module.js';
import type { GatewayNeeds, RequestLine } from './needs.js';

/** A real gateway over the in-process transport, with the endpoints of a test behind it. */
export const startGateway = async (
  answers: Partial<Record<EndpointName, Endpoint>>,
  {
    issuer = 'http://127.0.0.1/oidc',
    trustProxy = false,
    port = 0,
    mount = () => undefined,
    traces,
  }: {
    issuer?: string;
    trustProxy?: boolean;
    port?: number;
    mount?: (fastify: FastifyInstance) => void;
    traces?: GatewayNeeds['traces'];
  } = {},
) => {
  const requests: EndpointRequest[] = [];
  const lines: RequestLine[] = [];
  const { strategy, bus } = localTransport({ throughJson: true });
  const server = strategy as CustomTransportStrategy & Pick<Server, 'addHandler'>;
  for (const [name, endpoint] of Object.entries(answers)) {
    server.addHandler(endpoints[name as EndpointName].subject, (request: EndpointRequest) => {
      requests.push(request);
      return endpoint(request);
    });
  }
  server.listen(() => undefined);
  const module = GatewayModule.forRoot({
    useFactory: () => ({ bus, issuer, log: (line) => lines.push(line), traces }),
  });
  const adapter = gatewayAdapter({ trustProxy });
  mount(adapter.getInstance());
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: false, abortOnError: false });
  await app.listen(port, '127.0.0.1');
  const url = (await app.getUrl()).replace(/\/$/, '');
  return {
    url,
    requests,
    lines,
    close: async () => {
      await app.close();
      await server.close();
    },
  };
};

/** An endpoint that says what it was asked. */
export const echo: Endpoint = (request) => Promise.resolve(json(200, { params: request.params }));

/** Sends bytes as they are, and returns everything that came back until the connection closed. */
export const raw = (url: string, text: string, { hangUp = false } = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () =>
      socket.write(text, 'latin1', () => hangUp && socket.destroy()),
    );
    let answer = '';
    socket.setTimeout(5000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', (error) => (answer ? resolve(answer) : reject(error)));
  });
