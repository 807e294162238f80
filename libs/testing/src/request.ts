import { randomUUID } from 'node:crypto';
import type { EndpointRequest } from '@portico/endpoint';

/** Parameters as a test writes them; a list is a parameter that is there several times. */
export type GivenParams = Readonly<Record<string, string | string[] | undefined>>;

const lists = (params: GivenParams): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value : [value]]],
    ),
  );

const requestOf = (method: 'GET' | 'POST', params: GivenParams, more: Partial<EndpointRequest>): EndpointRequest => ({
  id: randomUUID(),
  method,
  url: '/',
  params: lists(params),
  headers: {},
  cookies: {},
  ip: '192.0.2.1',
  ...more,
});

/** A GET as an endpoint sees it. */
export const get = (params: GivenParams = {}, more: Partial<EndpointRequest> = {}): EndpointRequest =>
  requestOf('GET', params, more);

/** A POST of a form as an endpoint sees it. */
export const post = (params: GivenParams = {}, more: Partial<EndpointRequest> = {}): EndpointRequest =>
  requestOf('POST', params, more);

/** The Authorization header of a client. */
export const basic = (id: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
