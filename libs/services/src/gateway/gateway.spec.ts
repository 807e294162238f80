import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '@portico/contracts';
import { empty, formPost, json, jwt, page, redirect, type EndpointReply } from '@portico/endpoint';
import { echo, startGateway } from './gateway.fixture.js';

const form = 'application/x-www-form-urlencoded';
const post = (body: string | Uint8Array<ArrayBuffer>, type = form) => ({
  method: 'POST',
  headers: { 'content-type': type },
  body,
});
const errorPage = page(400, { name: 'error', error: 'invalid_request', description: 'no', correlationId: 'c' });

describe('the gateway', () => {
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let answer: EndpointReply | Error;
  const answering = () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer));

  beforeAll(async () => {
    gateway = await startGateway({
      token: echo,
      userinfo: echo,
      discovery: () =>
        Promise.resolve(json(200, { issuer: 'i' }, { headers: { 'cache-control': 'public, max-age=60', pragma: '' } })),
      interaction: () => Promise.resolve(errorPage),
      authorize: answering,
      introspection: answering,
      logout: echo,
      trackSession: ({ headers: { origin = '' } }) => {
        const headers = { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' };
        return Promise.resolve(json(200, { session: null }, { headers }));
      },
    });
  });
  afterAll(() => gateway.close());
  beforeEach(() => {
    gateway.requests.length = 0;
    gateway.lines.length = 0;
  });

  const ask = (path: string, init?: RequestInit) => fetch(gateway.url + path, { redirect: 'manual', ...init });

  describe('makes an endpoint request', () => {
    it('of a form, with repeats, in the order they came', async () => {
      const response = await ask('/oidc/token', post('a=1&b=%E4%BD%A0+%26&a=2&empty=&bare'));
      expect(await response.json()).toEqual({ params: { a: ['1', '2'], b: ['你 &'], empty: [''], bare: [''] } });
    });

    it('that holds only the headers on the list, and the cookies', async () => {
      const headers = {
        authorization: 'Bearer t',
        'accept-language': 'zh',
        'x-authing-app-id': 'app',
        'x-request-id': 'forged',
        referer: 'http://secret.test/?code=1',
        'x-forwarded-for': '203.0.113.9',
        cookie: 'a=1; b=%20x; nul=%00',
      };
      answer = errorPage;
      await ask('/oidc/auth?state=t', { headers });
      const [request] = gateway.requests;
      expect(Object.keys(request!.headers).sort()).toEqual(
        expect.arrayContaining(['accept-language', 'authorization', 'x-authing-app-id']),
      );
      expect(request!.headers).not.toHaveProperty('referer');
      expect(request!.headers).not.toHaveProperty('cookie');
      expect(request).toMatchObject({
        method: 'GET',
        url: '/oidc/auth?state=t',
        params: { state: ['t'] },
        cookies: { a: '1', b: ' x' },
        ip: '127.0.0.1',
      });
      expect(request!.cookies).not.toHaveProperty('nul');
      expect(request!.id).toMatch(/^[0-9a-f]{16}$/);
    });

    it.each([
      ['no body and no content type', { method: 'POST' }],
      ['no body and the form content type', { method: 'POST', headers: { 'content-type': form } }],
      ['no body and another content type', { method: 'POST', headers: { 'content-type': 'application/json' } }],
      ['a charset', post('', `${form}; charset=UTF-8`)],
    ])('OpenID Connect Core 1.0 §5.3.1: user info may be asked by POST with %s', async (_what, init) => {
      const response = await ask('/oidc/me', init);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ params: {} });
    });

    it('keeps a parameter called __proto__ to itself', async () => {
      const response = await ask('/oidc/token', post('__proto__=x&constructor=y'));
      expect(response.status).toBe(200);
      const { params } = gateway.requests[0]!;
      expect(Object.getPrototypeOf(params)).toBe(Object.prototype);
      expect(params.constructor).toEqual(['y']);
    });
  });

  describe('writes the reply', () => {
    it('a redirect, which cannot begin another header', async () => {
      answer = redirect('https://client.test/cb?state=%E4%BD%A0\r\nset-cookie: a=b', {
        cookies: [
          { name: 's', value: 'v', path: '/', httpOnly: true, secure: true, sameSite: 'lax', maxAgeSeconds: 9 },
        ],
      });
      const response = await ask('/oidc/auth');
      expect(response.status).toBe(303);
      expect(response.headers.get('location')).toBe('https://client.test/cb?state=%E4%BD%A0%0D%0Aset-cookie:%20a=b');
      expect(response.headers.getSetCookie()).toEqual(['s=v; Max-Age=9; Path=/; HttpOnly; Secure; SameSite=Lax']);
    });

    it('a JWT, JSON and nothing', async () => {
      answer = jwt('a.b.c');
      const signed = await ask('/oidc/token/introspection', post('a=1'));
      expect(signed.headers.get('content-type')).toBe('application/jwt');
      expect(await signed.text()).toBe('a.b.c');
      answer = json(401, { error: 'invalid_client' }, { headers: { 'WWW-Authenticate': 'Basic realm="portico"' } });
      const refusal = await ask('/oidc/token/introspection', post('a=1'));
      expect(refusal.headers.get('www-authenticate')).toBe('Basic realm="portico"');
      expect(refusal.headers.get('content-type')).toBe('application/json; charset=utf-8');
      answer = empty(200);
      expect(await (await ask('/oidc/token/introspection', post('a=1'))).text()).toBe('');
    });

    it('OAuth 2.0 Form Post Response Mode §2: a form for the client', async () => {
      answer = formPost('https://client.test/cb', { code: '"><script>', state: '&amp;' });
      const html = await (await ask('/oidc/auth')).text();
      expect(html).toContain('<form method="post" action="https://client.test/cb">');
      expect(html).toContain('name="code" value="&quot;>&lt;script>"');
      expect(html).toContain('name="state" value="&amp;amp;"');
    });

    it('RFC 6749 §4.1.2.1: 503 with Retry-After when the service does not answer', async () => {
      answer = new Unavailable('secret words');
      const client = await ask('/oidc/token/introspection', post('token=t'));
      expect(client.status).toBe(503);
      expect(client.headers.get('retry-after')).toBe('5');
      const body = await client.text();
      expect(body).toContain('temporarily_unavailable');
      expect(body).not.toContain('secret words');
      const person = await ask('/oidc/auth');
      expect(person.status).toBe(503);
      expect(await person.text()).toContain('data-error="temporarily_unavailable"');
      expect(gateway.lines.at(-1)!.failure).toContain('Unavailable');
    });

    it('500 and nothing of the error, when a reply cannot be written', async () => {
      answer = json(200, { ok: true }, { headers: { 'x-bad': 'line\nbreak' } });
      const response = await ask('/oidc/token/introspection', post('token=t'));
      expect(response.status).toBe(500);
      expect(await response.json()).toMatchObject({ error: 'server_error' });
      expect(gateway.lines).toHaveLength(1);
      expect(gateway.lines[0]).toMatchObject({ status: 500, failure: expect.stringContaining('ERR_INVALID_CHAR') });
    });
  });

  describe('headers', () => {
    it('keep answers out of frames, sniffers and referrers', async () => {
      const { headers } = await ask('/interaction');
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; /);
      expect(headers.get('content-security-policy')).not.toContain('script-src');
      expect(headers.has('strict-transport-security')).toBe(false);
    });

    it('let the service say how long an answer may be kept', async () => {
      const { headers } = await ask('/oidc/.well-known/openid-configuration');
      expect(headers.get('cache-control')).toBe('public, max-age=60');
      expect(headers.has('pragma')).toBe(false);
      expect(headers.get('vary')).toBe('origin');
    });

    it.each(['/oidc/token', '/oidc/me?access_token=%', '/oidc/.well-known/jwks.json'])(
      'let a script of any origin read %s, errors too',
      async (path) => {
        const { headers } = await ask(path, { headers: { origin: 'https://spa.test' } });
        expect(headers.get('access-control-allow-origin')).toBe('https://spa.test');
        expect(headers.get('vary')).toBe('origin');
        expect(headers.get('access-control-expose-headers')).toContain('www-authenticate');
        expect(headers.get('access-control-allow-credentials')).toBe('true');
      },
    );

    it('and tell the service of no cookie there: who may ask is decided by the token alone', async () => {
      await ask('/oidc/token', { ...post('a=1'), headers: { 'content-type': form, cookie: 'a=1' } });
      expect(gateway.requests.map(({ cookies }) => cookies)).toEqual([{}]);
    });

    it('let a script read what hangs on a cookie only where the service says so', async () => {
      const asked = { headers: { origin: 'https://spa.test', cookie: 'a=1' } };
      const silent = await ask('/logout', asked);
      expect(silent.headers.has('access-control-allow-origin')).toBe(false);
      expect(silent.headers.get('vary')).toBe('origin');
      const { headers } = await ask('/cas/session', asked);
      expect(headers.get('access-control-allow-origin')).toBe('https://spa.test');
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(gateway.requests.map(({ cookies }) => cookies)).toEqual([{ a: '1' }, { a: '1' }]);
    });

    it('a preflight gives nothing away, and asks no service', async () => {
      const response = await ask('/logout', { method: 'OPTIONS', headers: { origin: 'https://evil.test' } });
      expect(response.status).toBe(204);
      expect(response.headers.get('access-control-allow-origin')).toBe('https://evil.test');
      expect(response.headers.get('access-control-allow-credentials')).toBe('true');
      expect(gateway.requests).toEqual([]);
    });

    it('RFC 9110 §9.2.1: no HEAD where a GET may sign somebody out', async () => {
      expect((await ask('/logout', { method: 'HEAD' })).status).toBe(405);
      expect((await ask('/login/profile/logout', { method: 'HEAD' })).status).toBe(405);
    });

    it('answer the preflight of an SDK', async () => {
      const asked = ['authorization', 'content-type', 'x-authing-app-id', 'x-authing-lang', 'x-authing-request-from'];
      const response = await ask('/oidc/token', {
        method: 'OPTIONS',
        headers: {
          origin: 'https://spa.test',
          'access-control-request-method': 'POST',
          'access-control-request-headers': asked.join(','),
        },
      });
      expect(response.status).toBe(204);
      expect(response.headers.get('access-control-allow-methods')).toBe('POST');
      const allowed = response.headers.get('access-control-allow-headers')!.split(', ');
      expect(allowed).toEqual(expect.arrayContaining(asked));
    });

    it('let no script read what is for people', async () => {
      const { headers } = await ask('/interaction', { headers: { origin: 'https://spa.test' } });
      expect(headers.has('access-control-allow-origin')).toBe(false);
      expect((await ask('/interaction', { method: 'OPTIONS' })).status).toBe(405);
    });
  });

  describe('logs', () => {
    it('one line a request, without query, body, cookie or header', async () => {
      await ask('/oidc/me?access_token=s3cret', { headers: { authorization: 'Bearer s3cret', cookie: 'a=s3cret' } });
      await ask('/oidc/token', post('client_secret=s3cret'));
      await ask('/nowhere?s3cret');
      await ask('/oidc/%ff?s3cret');
      answer = new Error('s3cret');
      await ask('/oidc/auth?state=s3cret');
      expect(gateway.lines).toEqual([
        {
          requestId: gateway.requests[0]!.id,
          endpoint: 'userinfo',
          method: 'GET',
          path: '/oidc/me',
          status: 200,
          ms: expect.any(Number),
          ip: '127.0.0.1',
        },
        expect.objectContaining({ endpoint: 'token', path: '/oidc/token', status: 200 }),
        expect.objectContaining({ path: '/nowhere', status: 404 }),
        expect.objectContaining({ path: '/oidc/%ff', status: 400 }),
        expect.objectContaining({ endpoint: 'authorize', path: '/oidc/auth', failure: expect.any(String) }),
      ]);
      expect(JSON.stringify(gateway.lines)).not.toContain('s3cret');
    });
  });
});

describe('the gateway behind a proxy, under https', () => {
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  beforeAll(async () => {
    gateway = await startGateway({ token: echo }, { issuer: 'https://id.test/oidc', trustProxy: true });
  });
  afterAll(() => gateway.close());

  it.each([
    ['the address the proxy saw', '203.0.113.9', '203.0.113.9'],
    ['not the one a client made up', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['its own peer, where the header holds none', 'garbage', '127.0.0.1'],
  ])('takes %s', async (_what, forwarded, ip) => {
    const { headers } = await fetch(`${gateway.url}/oidc/token`, {
      method: 'POST',
      headers: { 'x-forwarded-for': forwarded },
    });
    expect(gateway.requests.at(-1)!.ip).toBe(ip);
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
  });
});
