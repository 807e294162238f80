import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { json } from '@portico/endpoint';
import { echo, startGateway } from '../gateway.fixture.js';

const type = 'application/json';
const path = '/api/v3/signin';

describe('a body of JSON', () => {
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  beforeAll(async () => {
    gateway = await startGateway({
      signInJson: ({ body, params }) => Promise.resolve(json(200, { body, params })),
      token: echo,
    });
  });
  afterAll(() => gateway.close());
  beforeEach(() => {
    gateway.requests.length = 0;
  });

  const send = (body: string | Uint8Array<ArrayBuffer>, contentType: string | undefined = type, to = path) =>
    fetch(gateway.url + to, { method: 'POST', body, headers: { 'content-type': contentType } });

  it.each([
    ['an object', '{"a":"b","c":[1,null]}', type],
    ['as it came, byte for byte', ' {"a" : "\\u4f60好 \\\\u0000"}\n', 'Application/JSON; charset="UTF-8"'],
    ['a name twice: the endpoint reads it', '{"a":1,"a":2}', `${type};charset=utf-8`],
    ['what is no object: the endpoint says so', 'null', type],
    ['nested 20000 deep', '['.repeat(20_000) + ']'.repeat(20_000), type],
    ['almost 64 KiB', JSON.stringify('x'.repeat(65_000)), type],
  ])('RFC 8259 §8.1: is handed over as text: %s', async (_what, text, contentType) => {
    const response = await send(text, contentType, `${path}?a=b`);
    expect(await response.json()).toEqual({ body: text, params: {} });
    expect(gateway.requests).toHaveLength(1);
  });

  it('RFC 8259 §8.1: a byte order mark is ignored', async () => {
    expect(await (await send('\ufeff{}')).json()).toEqual({ body: '{}', params: {} });
  });

  it('none at all is for the endpoint to refuse', async () => {
    const response = await fetch(gateway.url + path, { method: 'POST' });
    expect(await response.json()).toEqual({ params: {} });
  });

  it.each<[string, string | Uint8Array<ArrayBuffer>, string, number, RegExp]>([
    ['a form', 'a=b', 'application/x-www-form-urlencoded', 400, /application\/json in UTF-8/],
    ['what only looks like it', '{}', 'application/json-seq', 400, /application\/json in UTF-8/],
    ['plain text, which needs no question by CORS', '{}', 'text/plain', 400, /application\/json in UTF-8/],
    ['another charset', '{}', `${type}; charset=gbk`, 400, /application\/json in UTF-8/],
    ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), type, 400, /not UTF-8/],
    ['half of it', '{"a":', type, 400, /not JSON/],
    ['a comment', '{} // a', type, 400, /not JSON/],
    ['a NUL', '{"a":"\0"}', type, 400, /not JSON/],
    ['an escaped NUL', '{"a":"b\\u0000"}', type, 400, /NUL/],
    ['an escaped NUL behind a backslash', '{"a":"\\\\\\u0000"}', type, 400, /NUL/],
    ['an escaped NUL in a name', '{"\\u0000":1}', type, 400, /NUL/],
    ['65 KiB', JSON.stringify('x'.repeat(65 * 1024)), type, 413, /too large/],
    ['not JSON either, 60 KiB of backslashes', '\\'.repeat(60_000), type, 400, /not JSON/],
  ])('refuses %s', async (_what, body, contentType, status, words) => {
    const response = await send(body, contentType);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringMatching(words),
      correlation_id: response.headers.get('x-request-id'),
    });
    expect(gateway.requests).toEqual([]);
  });

  it('60 KiB of escaped backslashes cost no more than other text', async () => {
    const started = performance.now();
    expect((await send(JSON.stringify('\\'.repeat(30_000)))).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('RFC 6749 §3.2: is for the endpoints that say so, and a form for the others', async () => {
    expect((await send('{"grant_type":"x"}', type, '/oidc/token')).status).toBe(400);
    const form = await send('grant_type=x', 'application/x-www-form-urlencoded', '/oidc/token');
    expect(await form.json()).toEqual({ params: { grant_type: ['x'] } });
    expect(gateway.requests[0]).not.toHaveProperty('body');
  });

  it('Fetch Standard §3.3.3: a script may send it, once the browser has asked', async () => {
    const headers = { origin: 'https://spa.example.test', 'access-control-request-headers': 'content-type' };
    const asked = await fetch(gateway.url + path, { method: 'OPTIONS', headers });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-headers')).toContain('content-type');
    const answer = await fetch(gateway.url + path, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': type, origin: headers.origin, cookie: 'a=b', 'x-authing-app-id': 'spa' },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe(headers.origin);
    expect(gateway.requests[0]).toMatchObject({ cookies: {}, headers: { 'x-authing-app-id': 'spa' } });
  });
});
