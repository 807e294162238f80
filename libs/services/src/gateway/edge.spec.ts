import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { json, page, redirect, type EndpointReply } from '@portico/endpoint';
import { echo, startGateway } from './gateway.fixture.js';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const errorPage = page(400, { name: 'error', error: 'invalid_request', description: 'no', correlationId: 'c' });
const metadata = json(200, { issuer: 'i', scopes_supported: ['openid'], name: '李雷' });

describe('what crosses the gateway', () => {
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let answer: EndpointReply;

  beforeAll(async () => {
    const answering = () => Promise.resolve(answer);
    const telling = () => Promise.resolve(metadata);
    gateway = await startGateway(
      {
        token: echo,
        userinfo: echo,
        revocation: echo,
        authorize: answering,
        discovery: telling,
        oauthDiscovery: telling,
        jwks: telling,
      },
      { issuer: 'https://id.example.test/oidc' },
    );
  });
  afterAll(() => gateway.close());
  beforeEach(() => {
    gateway.requests.length = 0;
    answer = errorPage;
  });
  const ask = (path: string, init?: RequestInit) => fetch(gateway.url + path, { redirect: 'manual', ...init });

  it('RFC 6749 Appendix B, OpenID Connect Core 1.0 §13.2: a form is read as UTF-8, with + for a space', async () => {
    const body = 'a=%20%25%26%2B%C2%A3%E2%82%AC&b=x+y%2Bz&%E5%90%8D=%E6%9D%8E';
    const response = await ask('/oidc/token', { method: 'POST', headers: form, body });
    expect(await response.json()).toEqual({ params: { a: [' %&+£€'], b: ['x y+z'], 名: ['李'] } });
  });

  it('RFC 6749 §2.3.1: credentials in the URI are not looked at', async () => {
    const path = '/oidc/token?client_id=web&client_secret=s3cret&grant_type=client_credentials';
    const response = await ask(path, { method: 'POST', headers: form, body: 'scope=openid' });
    expect(await response.json()).toEqual({ params: { scope: ['openid'] } });
  });

  it('OpenID Connect Core 1.0 §13.3: an answer is JSON in UTF-8', async () => {
    const response = await ask('/oidc/.well-known/openid-configuration');
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(JSON.parse(Buffer.from(await response.arrayBuffer()).toString('utf8'))).toHaveProperty('name', '李雷');
  });

  it.each([
    ['Discovery 1.0 §4.1: below the issuer', '/oidc/.well-known/openid-configuration'],
    ['RFC 8414 §3.1: between host and path of the issuer', '/.well-known/oauth-authorization-server/oidc'],
    ['RFC 8414 §3.1: of the plain issuer', '/.well-known/oauth-authorization-server/oauth'],
  ])('%s: by GET, without anything to prove', async (_, path) => {
    const response = await ask(path);
    expect(response.status).toBe(200);
    expect(await response.json()).toHaveProperty('issuer');
    expect((await ask(path, { method: 'POST', headers: form, body: 'a=1' })).status).toBe(405);
  });

  it('RFC 6749 §10.13, RFC 9700 §4.16: a page stands in no frame', async () => {
    const { headers } = await ask('/oidc/auth');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('RFC 9700 §4.2.4: nothing of a URL reaches whoever a page links to', async () => {
    for (const path of ['/oidc/auth?state=s', '/oidc/.well-known/jwks.json'])
      expect((await ask(path)).headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('OpenID Connect Core 1.0 §16.22: a redirect makes a GET of whatever came', async () => {
    answer = redirect('https://client.test/cb?code=c');
    const response = await ask('/oidc/auth', { method: 'POST', headers: form, body: 'a=1' });
    expect([response.status, response.headers.get('location')]).toEqual([303, 'https://client.test/cb?code=c']);
  });

  it.each([
    ['/oidc/token', 'POST'],
    ['/oidc/me', 'GET'],
    ['/oidc/token/revocation', 'POST'],
    ['/oidc/.well-known/openid-configuration', 'GET'],
    ['/oidc/.well-known/jwks.json', 'GET'],
  ])('Browser-Based Applications §6.3.3.4, RFC 7009 §2.3: a script may call %s by %s', async (path, method) => {
    const origin = 'https://spa.example.test';
    const preflight = await ask(path, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': method },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
    expect(preflight.headers.get('access-control-allow-methods')).toContain(method);
    const init = method === 'POST' ? { method, headers: { ...form, origin }, body: 'a=1' } : { headers: { origin } };
    const response = await ask(path, init);
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
  });

  it('Browser-Based Applications §6.3.3.4: and not the authorization endpoint', async () => {
    const response = await ask('/oidc/auth', { headers: { origin: 'https://spa.example.test' } });
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });
});
