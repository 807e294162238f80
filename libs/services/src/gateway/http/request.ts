import { isIP } from 'node:net';
import type { EndpointContract } from '@portico/contracts';
import type { EndpointRequest } from '@portico/endpoint';
import { parseCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import type { Body } from './body.js';
import { urlTooLong } from './fault.js';
import { readParams } from './params.js';

const maxUrlLength = 16 * 1024;

/** What services are told of the headers; a referrer or a forwarded address is not their business. */
const allowedHeaders = [
  'accept-language',
  'authorization',
  'content-type',
  'origin',
  'sec-fetch-dest',
  'sec-fetch-site',
  'user-agent',
  'x-authing-app-id',
] as const;

/** @throws EdgeFault 414 */
export const checkUrlLength = ({ raw }: FastifyRequest): void => {
  if ((raw.url ?? '').length > maxUrlLength) throw urlTooLong(maxUrlLength);
};

/**
 * The request as plain data. The query is read on a POST too: what cannot be read is refused before a service sees it.
 * @throws EdgeFault 400
 */
export const endpointRequest = (request: FastifyRequest, { cors }: Pick<EndpointContract, 'cors'>): EndpointRequest => {
  const url = request.raw.url ?? '/';
  const query = readParams(split(url)[1]);
  const isPost = request.method === 'POST';
  const posted = (request.body as Body | undefined) ?? { params: {} };
  return {
    id: request.id,
    method: isPost ? 'POST' : 'GET',
    url,
    ...(isPost ? partsOf(posted) : { params: query }),
    headers: headersOf(request),
    // What any origin may ask for, no cookie decides.
    cookies: cors === true ? {} : cookiesOf(request),
    ip: ipOf(request),
  };
};

const partsOf = (posted: Body): Pick<EndpointRequest, 'params' | 'body'> =>
  'json' in posted ? { params: {}, body: posted.json } : posted;

/** The path of the URL, without the query, no longer than a log line can bear. */
export const pathOf = ({ raw }: FastifyRequest): string => split(raw.url ?? '/')[0].slice(0, 256);

const split = (url: string): [path: string, query: string] => {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
};

const headersOf = ({ headers }: FastifyRequest): Record<string, string> =>
  Object.fromEntries(
    allowedHeaders.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );

const cookiesOf = ({ headers }: FastifyRequest): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parseCookie(headers.cookie ?? '')).flatMap(([name, value]) =>
      value === undefined || value.includes('\0') ? [] : [[name, value]],
    ),
  );

/** The caller's address; a proxy header that holds none counts for nothing. */
export const ipOf = ({ ip, socket }: FastifyRequest): string => {
  const address = isIP(ip) ? ip : (socket.remoteAddress ?? '');
  return address.replace(/^::ffff:(?=\d+\.)/, '');
};
