import { describe, expect, it } from '@jest/globals';
import { httpBrowser } from './http-browser.js';
import { issuer, origin } from './provider.js';
import { signIn, toCallback } from './relying-party.js';
import { password, secret } from './setup/declaration.js';

const basic = (id: string, text = secret) => ({
  authorization: `Basic ${Buffer.from(`${id}:${text}`).toString('base64')}`,
});
const form = (params: Record<string, string> | [string, string][]) => new URLSearchParams(params);
const send = (path: string, init: RequestInit = {}) =>
  fetch(`${issuer}${path}`, { redirect: 'manual', signal: AbortSignal.timeout(15_000), ...init });
const token = (body: RequestInit['body'], headers: Record<string, string> = basic('basic')) =>
  send('/token', { method: 'POST', headers, body: body ?? null });
const authorize = (params: Record<string, string> | [string, string][]) => send(`/auth?${form(params).toString()}`);
const request = {
  client_id: 'basic',
  redirect_uri: 'https://basic.example.test/cb',
  response_type: 'code',
  scope: 'openid',
};
const codeOf = async (id: string, more = {}) => {
  const { callback, checks } = await toCallback(id, more);
  return {
    grant_type: 'authorization_code',
    code: callback.searchParams.get('code')!,
    redirect_uri: `https://${id}.example.test/cb`,
    code_verifier: checks.pkceCodeVerifier!,
  };
};
const jsonError = async (response: Response, status: number, error: string) => {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(response.headers.get('cache-control')).toContain('no-store');
  const body = (await response.json()) as Record<string, string>;
  expect(body).toMatchObject({
    error,
    error_description: expect.any(String),
    correlation_id: expect.any(String),
  });
  expect(body.error_description).not.toMatch(/\bat .*\.[jt]s|node_modules/);
  return body;
};
const errorPage = async (response: Response, status = 400) => {
  expect(response.status).toBe(status);
  expect(response.headers.get('location')).toBeNull();
  expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  expect(await response.text()).toContain('data-page="error"');
};

describe('authorization endpoint', () => {
  it.each<[string, Record<string, string> | [string, string][]]>([
    ['a wrong redirect URI', { ...request, redirect_uri: 'https://evil.example.test/' }],
    ['an unknown client', { ...request, client_id: 'nobody' }],
    ['redirect_uri=undefined', { ...request, redirect_uri: 'undefined' }],
    ['redirect_uri twice', [...Object.entries(request), ['redirect_uri', request.redirect_uri]]],
    ['nothing at all', {}],
    ['markup in every parameter', { client_id: '<script>alert(1)</script>', redirect_uri: '"><img src=x>' }],
  ])('%s is a page, no redirect', async (_, params) => errorPage(await authorize(params)));

  it.each<[string, Record<string, string> | [string, string][], string]>([
    [
      'a repeated parameter',
      [...Object.entries(request), ['nonce', 'a'], ['nonce', 'b'], ['state', 's']],
      'invalid_request',
    ],
    ['an unknown response type', { ...request, response_type: 'magic', state: 's' }, 'unsupported_response_type'],
    ['prompt=none without a session', { ...request, prompt: 'none', state: 's' }, 'login_required'],
    [
      'a public client without PKCE',
      { ...request, client_id: 'spa', redirect_uri: 'https://spa.example.test/cb', state: 's' },
      'invalid_request',
    ],
  ])('%s goes back to the client', async (_, params, error) => {
    const location = new URL((await authorize(params)).headers.get('location') ?? '');
    expect(Object.fromEntries(location.searchParams)).toMatchObject({ error, state: 's', iss: issuer });
  });

  it('state comes back byte for byte', async () => {
    const state = `~!@#$%^&*()_+ é 漢字 "'<>\\ %20 a=b&c`;
    const location = new URL((await authorize({ ...request, prompt: 'none', state })).headers.get('location') ?? '');
    expect(location.searchParams.get('state')).toBe(state);
  });

  it('RFC 6750 §5.3: no answer of it is stored by a cache, and the browser tells nobody where it was', async () => {
    const { headers } = await authorize(request);
    expect(headers.get('cache-control')).toContain('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });
});

describe('token endpoint', () => {
  it('RFC 6749 §3.2: GET is refused', async () => {
    const response = await send('/token?grant_type=client_credentials', { headers: basic('basic') });
    expect(response.headers.get('allow')).toContain('POST');
    await jsonError(response, 405, 'invalid_request');
  });

  it('a JSON body is refused by name', async () => {
    const body = await jsonError(
      await token('{"grant_type":"client_credentials"}', { ...basic('basic'), 'content-type': 'application/json' }),
      400,
      'invalid_request',
    );
    expect(body.error_description).toContain('application/x-www-form-urlencoded');
  });

  it('an oversize body is refused', async () => {
    await jsonError(
      await token(form({ grant_type: 'client_credentials', scope: 'x'.repeat(1_000_000) })),
      413,
      'invalid_request',
    );
  });

  it('a repeated parameter, an unknown grant, no grant', async () => {
    await jsonError(
      await token(
        form([
          ['grant_type', 'client_credentials'],
          ['grant_type', 'client_credentials'],
        ]),
      ),
      400,
      'invalid_request',
    );
    await jsonError(await token(form({ grant_type: 'urn:magic' })), 400, 'unsupported_grant_type');
    await jsonError(await token(form({})), 400, 'invalid_request');
  });

  it('RFC 6749 §5.2: a wrong secret is 401 with a challenge', async () => {
    const response = await token(form({ grant_type: 'client_credentials' }), basic('basic', 'wrong'));
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic/);
    await jsonError(response, 401, 'invalid_client');
  });

  it('RFC 7636 §4.6: a wrong verifier, and none', async () => {
    const exchange = await codeOf('basic');
    await jsonError(await token(form({ ...exchange, code_verifier: 'x'.repeat(43) })), 400, 'invalid_grant');
    const { code_verifier: _, ...without } = exchange;
    await jsonError(await token(form(without)), 400, 'invalid_grant');
    expect((await token(form(exchange))).status).toBe(200);
  });

  it('a code of another client, with another redirect_uri, and one that has expired', async () => {
    const exchange = await codeOf('basic');
    await jsonError(await token(form(exchange), basic('second')), 400, 'invalid_grant');
    await jsonError(
      await token(form({ ...exchange, redirect_uri: 'https://second.example.test/cb' })),
      400,
      'invalid_grant',
    );
    const brief = await codeOf('brief-code');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await jsonError(await token(form(brief), basic('brief-code')), 400, 'invalid_grant');
  });

  it('RFC 6749 §4.1.2: a code used twice takes the tokens of the first use with it', async () => {
    const exchange = await codeOf('basic');
    const tokens = (await (await token(form(exchange))).json()) as Record<string, string>;
    await jsonError(await token(form(exchange)), 400, 'invalid_grant');
    const userinfo = await send('/me', { headers: { authorization: `Bearer ${tokens.access_token!}` } });
    expect(userinfo.status).toBe(401);
    await jsonError(
      await token(form({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token! })),
      400,
      'invalid_grant',
    );
  });
});

describe('user info', () => {
  it('RFC 6750 §3: a bad token is 401 with the error in the challenge', async () => {
    const response = await send('/me', { headers: { authorization: 'Bearer rubbish' } });
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    await jsonError(response, 401, 'invalid_token');
  });

  it('§3.1: no token is 401 with a bare challenge', async () => {
    const response = await send('/me');
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="portico"']);
  });

  it('an expired token', async () => {
    const { tokens } = await signIn('brief-token');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect((await send('/me', { headers: { authorization: `Bearer ${tokens.access_token}` } })).status).toBe(401);
  });
});

describe('logout', () => {
  it('is no open redirect', async () => {
    const { tokens, browser } = await signIn('basic');
    const query = form({ id_token_hint: tokens.id_token!, post_logout_redirect_uri: 'https://evil.example.test/' });
    expect(await browser.open(`${issuer}/session/end?${query.toString()}`)).toMatchObject({
      status: 400,
      page: 'error',
    });
  });
});

describe('the pages', () => {
  it('a wrong password and an unknown person are answered alike', async () => {
    const answers = await Promise.all(
      ['carol', 'nobody-of-that-name'].map(async (identifier) => {
        const browser = httpBrowser();
        const page = await browser.open(`${issuer}/auth?${form(request).toString()}`);
        const { status, html } = await browser.submit(page, { identifier, password: `not ${password}` });
        return { status, html: html.replaceAll(identifier, '').replace(/value="[\w-]{43,48}"/g, '') };
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
  });

  it('a form without the CSRF token of this browser is refused', async () => {
    const browser = httpBrowser();
    const page = await browser.open(`${issuer}/auth?${form(request).toString()}`);
    expect(await browser.submit(page, { csrf: 'forged', identifier: 'carol', password })).toMatchObject({
      status: 403,
      page: 'error',
    });
  });

  it('carry a strict policy and no script', async () => {
    const response = await fetch(
      (await authorize(request)).headers.get('location') ? `${origin}/interaction?interaction=none` : origin,
      { signal: AbortSignal.timeout(15_000) },
    );
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-(inline|eval)/);
    expect(await response.text()).not.toMatch(/<script/i);
  });

  it('an unknown path is 404, and the error page says under which id the log has it', async () => {
    const response = await fetch(`${origin}/nothing/here`, {
      headers: { accept: 'text/html' },
      signal: AbortSignal.timeout(15_000),
    });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('data-page="error"');
  });
});
