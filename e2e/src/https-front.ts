import { request as forward, type RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { generate } from 'selfsigned';

/** What stands in front of a provider in production: takes https, says for whom it asks. */
export const proxyTo =
  (origin: string): RequestListener =>
  (incoming, outgoing) => {
    const { method, headers, socket, url } = incoming;
    const told = { ...headers, 'x-forwarded-for': socket.remoteAddress ?? '', 'x-forwarded-proto': 'https' };
    const onward = forward(`${origin}${url ?? '/'}`, { method, headers: told }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  };

/** An https server with a certificate of its own for several hosts. */
export const httpsFront = async (hosts: Readonly<Record<string, RequestListener>>): Promise<Server> => {
  const names = Object.keys(hosts).map((value) => ({ type: 2 as const, value }));
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'portico.test' }], {
    extensions: [{ name: 'subjectAltName', altNames: names }],
  });
  return createServer({ key, cert }, (request, response) => {
    const listener = hosts[request.headers.host ?? ''];
    if (listener) listener(request, response);
    else response.writeHead(421).end();
  });
};
