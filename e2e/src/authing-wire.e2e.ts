import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { TokenEndpointResponse } from 'openid-client';
import { httpBrowser } from './http-browser.js';
import { issuer } from './provider.js';
import { secret } from './setup/declaration.js';

// The requests that authing-js-sdk, authing-node-sdk and @authing/web were recorded to send.
const id = '5c9b079883e333d55a101084';
const redirect_uri = `https://${id}.example.test/cb`;
const sdk = {
  accept: 'application/json, text/plain, */*',
  'x-authing-app-id': id,
  'x-authing-request-from': 'sdk',
  'x-authing-sdk-version': 'js:4.21.8',
  'x-authing-lang': 'zh-CN',
};
const post = (path: string, params: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${issuer}${path}`, {
    method: 'POST',
    body: new URLSearchParams(params),
    headers: { ...sdk, ...headers },
    signal: AbortSignal.timeout(15_000),
  });
const get = (path: string, headers: Record<string, string> = sdk) =>
  fetch(`${issuer}${path}`, { headers, redirect: 'manual', signal: AbortSignal.timeout(15_000) });
const client = { client_id: id, client_secret: secret };

const codeFor = async (more: Record<string, string> = {}) => {
  const query = new URLSearchParams({
    nonce: '5928865322997898',
    state: '26745178448439266',
    scope: 'openid profile email phone address offline_access',
    client_id: id,
    redirect_uri,
    response_type: 'code',
    prompt: 'consent',
    ...more,
  });
  const browser = httpBrowser();
  const landing = await browser.through(await browser.open(`${issuer}/auth?${query.toString()}`));
  return new URL(landing.url);
};

let tokens: TokenEndpointResponse & Record<string, string>;
beforeAll(async () => {
  const code = (await codeFor()).searchParams.get('code')!;
  const response = await post('/token', { ...client, grant_type: 'authorization_code', code, redirect_uri });
  tokens = (await response.json()) as typeof tokens;
});

describe('authing-js-sdk', () => {
  it('buildAuthorizeUrl: state comes back, the code is base64url', async () => {
    const url = await codeFor();
    expect(url.searchParams.get('state')).toBe('26745178448439266');
    expect(url.searchParams.get('code')).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it('getAccessTokenByCode: the documented token set; the nonce that is always sent is in the id_token', () => {
    expect(tokens).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'openid profile email phone address offline_access',
      refresh_token: expect.any(String),
    });
    expect(decodeJwt(tokens.id_token!)).toMatchObject({ nonce: '5928865322997898', aud: id });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ aud: id, iss: issuer, jti: expect.any(String) });
  });

  it('getUserInfoByAccessToken: the token in the query, the header, the query of a POST and the form', async () => {
    const query = `/me?access_token=${tokens.access_token}`;
    const bearer = { authorization: `Bearer ${tokens.access_token}` };
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answers = await Promise.all([
      get(query),
      get('/me', { ...sdk, ...bearer }),
      fetch(`${issuer}/me`, {
        method: 'POST',
        headers: { ...sdk, ...form, ...bearer },
        signal: AbortSignal.timeout(15_000),
      }),
      fetch(`${issuer}${query}`, { method: 'POST', headers: { ...sdk, ...form }, signal: AbortSignal.timeout(15_000) }),
      post('/me', { access_token: tokens.access_token }),
    ]);
    for (const answer of answers) {
      expect(answer.headers.get('cache-control')).toContain('no-store');
      expect(await answer.json()).toMatchObject({
        sub: expect.any(String),
        email: 'anna@example.test',
        phone_number: '+8613900000000',
      });
    }
  });

  it('introspectToken without a hint, revokeToken answers 2xx', async () => {
    const response = await post('/token/introspection', { ...client, token: tokens.access_token });
    expect(await response.json()).toMatchObject({
      active: true,
      client_id: id,
      iss: issuer,
      token_type: 'Bearer',
      scope: expect.stringContaining('openid'),
      sub: expect.any(String),
      jti: expect.any(String),
      exp: expect.any(Number),
      iat: expect.any(Number),
    });
    expect((await post('/token/revocation', { ...client, token: 'unknown' })).ok).toBe(true);
  });

  it('getNewAccessTokenByRefreshToken: no scope; the set holds a refresh token again', async () => {
    const response = await post('/token', {
      ...client,
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token!,
    });
    expect(await response.json()).toMatchObject({ refresh_token: expect.any(String), scope: tokens.scope });
  });

  it('client_secret_basic: id and secret as they are, not form-encoded', async () => {
    const authorization = `Basic ${Buffer.from(`basic:${secret}`).toString('base64')}`;
    const response = await post(
      '/token',
      { grant_type: 'client_credentials', scope: 'orders:read' },
      { authorization },
    );
    expect(response.status).toBe(200);
  });

  it('in a browser: preflighted with its own headers, the origin is echoed, errors too', async () => {
    const origin = 'http://app.example.test';
    const preflight = await fetch(`${issuer}/token`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers':
          'x-authing-app-id,x-authing-lang,x-authing-request-from,x-authing-sdk-version',
      },
      signal: AbortSignal.timeout(15_000),
    });
    expect(preflight.ok).toBe(true);
    const allowed = preflight.headers.get('access-control-allow-headers')?.toLowerCase() ?? '';
    for (const name of [
      'authorization',
      'content-type',
      'x-authing-app-id',
      'x-authing-lang',
      'x-authing-request-from',
      'x-authing-sdk-version',
    ])
      expect(allowed).toContain(name);
    const refused = await post('/token', {}, { origin });
    for (const { headers } of [preflight, refused]) {
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('vary')?.toLowerCase()).toContain('origin');
    }
  });
});

describe('authing-node-sdk', () => {
  it('a bare token in the Authorization header: taken at user info, ignored where the body authenticates', async () => {
    const bare = { authorization: tokens.access_token };
    expect((await get('/me', { ...sdk, ...bare })).status).toBe(200);
    expect(
      await (await post('/token/introspection', { ...client, token: tokens.access_token }, bare)).json(),
    ).toMatchObject({ active: true });
  });

  it('errors come back in the query with a description', async () => {
    const location = new URL(
      (
        await get(
          `/auth?${new URLSearchParams({ client_id: id, redirect_uri, response_type: 'code', scope: 'openid', state: '1', response_mode: 'query', prompt: 'none' }).toString()}`,
        )
      ).headers.get('location')!,
    );
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      error: 'login_required',
      error_description: expect.any(String),
      state: '1',
    });
  });
});

describe('@authing/web', () => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const pkce = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
  const spa = { client_id: 'spa', redirect_uri: 'https://spa.example.test/cb' };

  it('loginWithRedirect: code in the fragment; refreshToken() names its client in a header alone, with an empty redirect_uri', async () => {
    const callback = await codeFor({ ...spa, ...pkce, response_mode: 'fragment', login_page_context: '{}' });
    // The SDK splits without percent-decoding.
    const parts = Object.fromEntries(
      callback.hash
        .slice(1)
        .split('&')
        .map((part) => part.split('=') as [string, string]),
    );
    expect(parts.state).toBe('26745178448439266');
    const web = { 'x-authing-request-from': 'sdk-web', 'x-authing-sdk-version': '5.1.21', 'x-authing-app-id': 'spa' };
    const exchanged = await post(
      '/token',
      { grant_type: 'authorization_code', code: parts.code!, code_verifier: verifier, ...spa },
      web,
    );
    const first = (await exchanged.json()) as Record<string, string>;
    expect(decodeJwt(first.access_token!).exp).toEqual(expect.any(Number));
    const refreshed = await post(
      '/token',
      { grant_type: 'refresh_token', redirect_uri: '', refresh_token: first.refresh_token! },
      web,
    );
    expect(await refreshed.json()).toMatchObject({ refresh_token: expect.any(String) });
  });

  it('the header is no credential: it does not stand in for a confidential client', async () => {
    expect((await post('/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! })).status).toBe(
      401,
    );
  });
});
