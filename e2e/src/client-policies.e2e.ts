import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { httpBrowser } from './http-browser.js';
import { issuer } from './provider.js';
import { signIn, toCallback } from './relying-party.js';
import { secret } from './setup/declaration.js';

const urlOf = (params: Record<string, string>, path = '/auth') =>
  `${issuer}${path}?${new URLSearchParams(params).toString()}`;
const request = (id: string, more: Record<string, string> = {}) => ({
  client_id: id,
  redirect_uri: `https://${id}.example.test/cb`,
  response_type: 'code',
  scope: 'openid profile',
  ...more,
});

// Signed in once: what is asked then is the client's policy alone.
const browser = httpBrowser();
beforeAll(async () => {
  await browser.through(await browser.open(urlOf(request('basic'))));
});
const arrive = async (id: string, more: Record<string, string> = {}) => browser.open(urlOf(request(id, more)));
const paramsOf = ({ url }: { url: string }) => {
  const { hash, searchParams } = new URL(url);
  return Object.fromEntries(hash ? new URLSearchParams(hash.slice(1)) : searchParams);
};

describe('redirect_uri_wildcards', () => {
  it.each(['https://t1.wildcard.example.test/cb', 'https://wildcard.example.test/cb/tenants/1'])(
    'openid-client signs in at %s, and logs out to another host of the pattern',
    async (redirect_uri) => {
      const { tokens } = await signIn('wildcard', { redirect_uri }, browser);
      const bye = 'https://t2.wildcard.example.test/bye';
      const query = { id_token_hint: tokens.id_token!, post_logout_redirect_uri: bye };
      const logout = await browser.open(urlOf(query, '/session/end'));
      expect(logout.url).toBe(bye);
      await browser.through(await browser.open(urlOf(request('basic'))));
    },
  );

  it.each([
    'https://wildcard.example.test/cb',
    'https://evilwildcard.example.test/cb',
    'https://t1.wildcard.example.test.evil.test/cb',
    'https://t1.wildcard.example.test@evil.test/cb',
    'https://evil.test\\.wildcard.example.test/cb',
    'https://evil.test%2f.wildcard.example.test/cb',
    'https://T1.wildcard.example.test/cb',
    'https://t1.wildcard.example.test./cb',
    'https://t1.wildcard.example.test:8443/cb',
    'http://t1.wildcard.example.test/cb',
    'https://t1.wildcard.example.test/cb?next=https://evil.test',
    'https://wildcard.example.test/cb/../admin',
    'https://*.wildcard.example.test/cb',
  ])('RFC 9700 §4.1: %s is a page, no redirect', async (redirect_uri) => {
    expect(await arrive('wildcard', { redirect_uri })).toMatchObject({ status: 400, page: 'error' });
  });
});

describe('consent', () => {
  it('always: asks each time', async () => {
    for (let time = 0; time < 2; time += 1) {
      const page = await arrive('always');
      expect(page.page).toBe('consent');
      expect(paramsOf(await browser.submit(page, { answer: 'allow' }))).toHaveProperty('code');
    }
    expect(paramsOf(await arrive('always', { prompt: 'none' }))).toMatchObject({ error: 'consent_required' });
  });

  it('skip: no page, and a refresh token for offline_access', async () => {
    const { callback, config, checks } = await toCallback('first-party', {}, browser);
    const tokens = await client.authorizationCodeGrant(config, callback, checks);
    expect(tokens.refresh_token).toEqual(expect.any(String));
    expect(paramsOf(await arrive('first-party', { prompt: 'none' }))).toHaveProperty('code');
  });
});

describe('initiate_login_uri', () => {
  it('OpenID Connect Core 1.0 §4: an error page leads back to where the client begins a sign-in', async () => {
    const { page, html } = await arrive('first-party', { redirect_uri: 'https://evil.example.test/' });
    const iss = new URLSearchParams({ iss: issuer }).toString();
    expect(page).toBe('error');
    expect(html).toContain(`href="https://first-party.example.test/login?from=us&amp;${iss}"`);
  });
});

describe('session_lifetime', () => {
  it('the person signs in again for this client, and goes on for others', async () => {
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect(paramsOf(await arrive('brief-session', { prompt: 'none' }))).toMatchObject({ error: 'login_required' });
    expect(paramsOf(await arrive('brief-session', { prompt: 'none', max_age: '9999' }))).toMatchObject({
      error: 'login_required',
    });
    expect(paramsOf(await arrive('first-party', { prompt: 'none' }))).toHaveProperty('code');
    expect((await arrive('brief-session')).page).toBe('sign-in');
  });
});

describe('PKCE', () => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const s256 = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
  const redeem = (id: string, code: string, more: Record<string, string>) =>
    fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: `https://${id}.example.test/cb`,
        ...more,
      }),
      signal: AbortSignal.timeout(15_000),
    });

  it('require_pkce: a confidential client must use it', async () => {
    expect(paramsOf(await arrive('strict'))).toMatchObject({ error: 'invalid_request' });
    expect(paramsOf(await arrive('strict', s256))).toHaveProperty('code');
  });

  it('RFC 7636 §4.2: plain where the client is set to allow it, also by leaving the method out', async () => {
    const plain = { code_challenge: verifier, code_challenge_method: 'plain' };
    for (const given of [plain, { code_challenge: verifier }]) {
      const { code } = paramsOf(await arrive('plain', given));
      expect((await redeem('plain', code!, { code_verifier: `${verifier}x` })).status).toBe(400);
      expect((await redeem('plain', code!, { code_verifier: verifier })).status).toBe(200);
    }
    expect(paramsOf(await arrive('strict', plain))).toMatchObject({ error: 'invalid_request' });
  });
});

describe('allow_http_redirect_uris', () => {
  const implicit = { response_type: 'id_token', nonce: 'n' };
  const overHttp = (id: string) => arrive(id, { ...implicit, redirect_uri: `http://${id}.example.test/cb` });

  it('OpenID Connect Core 1.0 §3.2.2.1: no token to an http callback, unless the client is set to it', async () => {
    expect(await overHttp('https-alone')).toMatchObject({ status: 400, page: 'error' });
    expect(paramsOf(await arrive('https-alone', implicit))).toHaveProperty('id_token');
    expect(paramsOf(await overHttp('http-too'))).toHaveProperty('id_token');
  });
});

describe('refresh', () => {
  it('RFC 6749 §6: the scope may be narrowed for one access token, and comes back with the next', async () => {
    const { config, tokens } = await signIn('first-party', {}, browser);
    const narrow = await client.refreshTokenGrant(config, tokens.refresh_token!, { scope: 'openid' });
    expect(narrow.scope).toBe('openid');
    expect(decodeJwt(narrow.access_token)).toMatchObject({ scope: 'openid' });
    expect(await client.fetchUserInfo(config, narrow.access_token, tokens.claims()!.sub)).not.toHaveProperty('email');
    const none = await client.refreshTokenGrant(config, narrow.refresh_token!, { scope: 'profile' });
    expect(none).not.toHaveProperty('id_token');
    await expect(
      client.refreshTokenGrant(config, none.refresh_token!, { scope: 'openid phone' }),
    ).rejects.toMatchObject({ error: 'invalid_scope' });
    const whole = await client.refreshTokenGrant(config, none.refresh_token!);
    expect(whole.scope).toBe(tokens.scope);
  });
});
