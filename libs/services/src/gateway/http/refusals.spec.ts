import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { json } from '@portico/endpoint';
import { echo, raw, startGateway } from '../gateway.fixture.js';

const form = 'application/x-www-form-urlencoded';
const post = (body: string | Uint8Array<ArrayBuffer>, type = form) => ({
  method: 'POST',
  headers: { 'content-type': type },
  body,
});

describe('the gateway', () => {
  let gateway: Awaited<ReturnType<typeof startGateway>>;

  beforeAll(async () => {
    gateway = await startGateway({
      token: echo,
      userinfo: echo,
      interaction: echo,
      authorize: echo,
      discovery: () => Promise.resolve(json(200, { issuer: 'i' })),
    });
  });
  afterAll(() => gateway.close());
  beforeEach(() => {
    gateway.requests.length = 0;
  });

  const ask = (path: string, init?: RequestInit) => fetch(gateway.url + path, { redirect: 'manual', ...init });

  describe('refuses', () => {
    const long = 'x'.repeat(17 * 1024);
    const refused = async (response: Response, status: number, error: string, words: RegExp) => {
      const body = (await response.json()) as Record<string, string>;
      expect(response.status).toBe(status);
      expect(body).toMatchObject({ error, correlation_id: response.headers.get('x-request-id') });
      expect(body.error_description).toMatch(words);
      // RFC 6749 §5.2: these characters and no others.
      expect(body.error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(gateway.requests).toEqual([]);
    };

    it.each([
      ['a JSON body', '/oidc/token', post('{"grant_type":"x"}', 'application/json'), 400, /x-www-form-urlencoded/],
      ['a multipart body', '/oidc/token', post('--x', 'multipart/form-data; boundary=x'), 400, /x-www-form-urlencoded/],
      ['another charset', '/oidc/token', post('a=1', `${form}; charset=gbk`), 400, /UTF-8/],
      ['a content type that is none', '/oidc/token', post('a=1', 'garbage'), 400, /media type/],
      ['a broken escape', '/oidc/token', post('a=%zz'), 400, /percent-encoded/],
      ['an escape that is not UTF-8', '/oidc/token', post('a=%ff%fe'), 400, /percent-encoded UTF-8/],
      ['bytes that are not UTF-8', '/oidc/token', post(Uint8Array.of(97, 61, 0xff)), 400, /not UTF-8/],
      ['a NUL', '/oidc/token', post('a=%00'), 400, /NUL/],
      ['a NUL in the query of a POST', '/oidc/token?a=%00', post('a=1'), 400, /NUL/],
      ['101 parameters', '/oidc/token', post('a=1&'.repeat(101)), 400, /more than 100/],
      ['a broken escape in the query', '/oidc/me?access_token=%', {}, 400, /percent-encoded/],
      ['a body of 65 KiB', '/oidc/token', post(`a=${'x'.repeat(65 * 1024)}`), 413, /too large/],
      ['a URL of 17 KiB', `/oidc/me?a=${long}`, {}, 414, /longer than 16384/],
    ])('%s', async (_what, path, init, status, words) => {
      await refused(await ask(path, init), status, 'invalid_request', words);
    });

    it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('RFC 6749 §3.2: %s on the token endpoint', async (method) => {
      const response = await ask('/oidc/token', { method });
      expect(response.headers.get('allow')).toBe('POST, OPTIONS');
      await refused(response, 405, 'invalid_request', /must be POST/);
    });

    it('HEAD where it would walk through a sign-in, not where it asks for a document', async () => {
      expect((await ask('/oidc/auth', { method: 'HEAD' })).status).toBe(405);
      const head = await ask('/oidc/.well-known/openid-configuration', { method: 'HEAD' });
      expect(head.status).toBe(200);
      expect(await head.text()).toBe('');
    });

    it('an unknown path, as its caller can read it', async () => {
      await refused(await ask('/nowhere?a=%zz', post('{', 'application/json')), 404, 'not_found', /nothing/);
      const html = await ask('/nowhere', { headers: { accept: 'text/html,*/*' } });
      expect(html.status).toBe(404);
      expect(await html.text()).toContain('data-page="error"');
    });

    it('a path that is not percent-encoded UTF-8', async () => {
      await refused(await ask('/oidc/%ff'), 400, 'invalid_request', /path/);
    });

    it('with a page where a person looks at it', async () => {
      const response = await ask('/interaction', post('{}', 'application/json'));
      expect(response.status).toBe(400);
      const html = await response.text();
      expect(html).toContain('data-error="invalid_request"');
      expect(html).toContain(response.headers.get('x-request-id')!);
    });

    it.each([
      ['no HTTP at all', 'hello\r\n\r\n', 400],
      [
        'two lengths',
        'POST /oidc/token HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd',
        400,
      ],
      [
        'a length beside chunks',
        'POST /oidc/token HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\nabc',
        400,
      ],
      [
        'chunks of 70 KiB',
        `POST /oidc/token HTTP/1.1\r\nhost: a\r\ncontent-type: ${form}\r\ntransfer-encoding: chunked\r\n\r\n11800\r\n${'a'.repeat(0x11800)}\r\n0\r\n\r\n`,
        413,
      ],
      ['40 KiB of headers', `GET /oidc/me HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(40 * 1024)}\r\n\r\n`, 431],
    ])('%s, and closes the connection', async (_what, text, status) => {
      const response = await raw(gateway.url, text);
      expect(response).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(response).toContain('"error":"invalid_request"');
      expect(gateway.requests).toEqual([]);
    });
  });

  it('outlives a client that hangs up within its body, and a target that is no path', async () => {
    const head = `POST /oidc/token HTTP/1.1\r\nhost: a\r\ncontent-type: ${form}\r\ncontent-length: 9\r\n\r\na=1`;
    await raw(gateway.url, head, { hangUp: true });
    expect(await raw(gateway.url, 'OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1.1 404 /,
    );
    expect((await ask('/oidc/token', post('a=1'))).status).toBe(200);
  });
});
