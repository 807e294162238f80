import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { decodeJwt } from 'jose';
import { httpBrowser, type Landing } from './http-browser.js';
import { issuer, origin } from './provider.js';
import { secret } from './setup/declaration.js';

// Unmodified, from npm.
const require = createRequire(import.meta.url);
type Body = Record<string, unknown>;
interface JsSdk {
  buildAuthorizeUrl(options?: object): string;
  buildLogoutUrl(options?: object): string;
  generateCodeChallenge(): string;
  getCodeChallengeDigest(options: object): string;
  getAccessTokenByCode(code: string, options?: object): Promise<Record<string, string>>;
  getAccessTokenByIdToken(options: object): Promise<Record<string, string>>;
  introspectToken(token: string): Promise<Body>;
}
interface NodeSdk {
  setAccessToken(token: string): void;
  getProfile(options: object): Promise<Body>;
}
type Constructor<Sdk> = new (options: object) => Sdk;
const Js = (require('authing-js-sdk') as { AuthenticationClient: Constructor<JsSdk> }).AuthenticationClient;
const Node = (require('authing-node-sdk') as { AuthenticationClient: Constructor<NodeSdk> }).AuthenticationClient;

const id = '5c9b079883e333d55a101086';
const home = 'https://exchange.example.test';
const redirectUri = `${home}/cb`;
const sdk = new Js({
  appId: id,
  appHost: origin,
  redirectUri,
  protocol: 'oidc',
  tokenEndPointAuthMethod: 'none',
  introspectionEndPointAuthMethod: 'none',
});

/** Signs in at the page of the SDK's URL, and exchanges the code as the SDK does. */
const signedIn = async (browser = httpBrowser(), scope = 'openid profile email') => {
  const codeVerifier = sdk.generateCodeChallenge();
  const codeChallenge = sdk.getCodeChallengeDigest({ codeChallenge: codeVerifier, method: 'S256' });
  const url = sdk.buildAuthorizeUrl({ scope, codeChallenge, codeChallengeMethod: 'S256' });
  const landing = await browser.through(await browser.open(url));
  return sdk.getAccessTokenByCode(new URL(landing.url).searchParams.get('code')!, { codeVerifier });
};
const get = async (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(origin + path, { method, headers, redirect: 'manual', signal: AbortSignal.timeout(15_000) });

describe('GET /api/v3/get-profile', () => {
  let tokens: Record<string, string>;
  beforeAll(async () => void (tokens = await signedIn()));
  const node = (accessToken?: string) =>
    new Node({ appId: id, appSecret: secret, appHost: origin, redirectUri, accessToken });
  const told = {
    statusCode: 200,
    message: expect.any(String),
    data: { userId: expect.any(String), name: 'Anna Example', email: 'anna@example.test', emailVerified: true },
  };

  it('authing-node-sdk, with the bare token: getProfile', async () => {
    const profile = await node(tokens.access_token).getProfile({ withCustomData: true });
    expect(profile).toMatchObject(told);
    expect(profile.data).toMatchObject({ userId: decodeJwt(tokens.id_token!).sub, status: 'Activated' });
    // The scope has not asked for it.
    expect(profile.data).not.toHaveProperty('phone');
  });

  it('as @authing/web sends it: a Bearer, from the page of any application', async () => {
    const page = 'https://any.example.test';
    const preflight = await get(
      '/api/v3/get-profile',
      {
        origin: page,
        'access-control-request-method': 'GET',
        'access-control-request-headers':
          'authorization,x-authing-userpool-id,x-authing-request-from,x-authing-sdk-version',
      },
      'OPTIONS',
    );
    expect(preflight.ok).toBe(true);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-authing-userpool-id');
    const headers = { origin: page, authorization: `Bearer ${tokens.access_token!}`, 'x-authing-userpool-id': 'p' };
    const response = await get('/api/v3/get-profile', headers);
    expect(response.headers.get('access-control-allow-origin')).toBe(page);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject(told);
  });

  it.each([undefined, 'rubbish', 'eyJhbGciOiJub25lIn0.e30.'])(
    'a bad token (%s) is returned, not thrown',
    async (token) => {
      const refusal = await node(token).getProfile({});
      expect(refusal).toEqual({ statusCode: 401, message: expect.any(String), requestId: expect.any(String) });
    },
  );

  it('by POST there is nothing', async () => expect((await get('/api/v3/get-profile', {}, 'POST')).status).toBe(405));
});

describe('http://authing.cn/oidc/grant_type/authing_token', () => {
  it('authing-js-sdk: getAccessTokenByIdToken, and with the session it ends', async () => {
    const browser = httpBrowser();
    const { id_token: idToken } = await signedIn(browser);
    const fresh = await sdk.getAccessTokenByIdToken({ redirectUri, idToken });
    expect(fresh).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'openid profile email' });
    expect(fresh).not.toHaveProperty('refresh_token');
    const userinfo = await get('/oidc/me', { authorization: `Bearer ${fresh.access_token!}` });
    expect(await userinfo.json()).toMatchObject({ email: 'anna@example.test' });
    expect(await sdk.introspectToken(fresh.access_token!)).toMatchObject({ active: true });

    await browser.open(`${issuer}/session/end?id_token_hint=${idToken!}`);
    expect(await sdk.introspectToken(fresh.access_token!)).toEqual({ active: false });
    await expect(sdk.getAccessTokenByIdToken({ redirectUri, idToken })).rejects.toMatchObject({
      response: { status: 400, data: { error: 'invalid_grant' } },
    });
  });

  it.each([
    ['invalid_scope', { scope: 'openid phone' }],
    ['invalid_grant', { redirectUri: 'https://evil.example/cb' }],
    ['invalid_grant', { idToken: 'rubbish' }],
  ])('%s: %j', async (error, options) => {
    const { id_token: idToken } = await signedIn(httpBrowser(), 'openid');
    await expect(sdk.getAccessTokenByIdToken({ redirectUri, idToken, ...options })).rejects.toMatchObject({
      response: { status: 400, data: { error } },
    });
  });

  it('a client that is not registered for it', async () => {
    const other = new Js({ appId: 'spa', appHost: origin, protocol: 'oidc', tokenEndPointAuthMethod: 'none' });
    const { id_token: idToken } = await signedIn();
    await expect(other.getAccessTokenByIdToken({ idToken })).rejects.toMatchObject({
      response: { status: 400, data: { error: 'unauthorized_client' } },
    });
  });
});

describe('GET /register', () => {
  it.each([
    ['en', 'Accounts are not made here'],
    ['zh-CN', '这里不能自助注册'],
  ])('as @authing/sso opens it, in %s: a page', async (language, words) => {
    const response = await get('/register', { 'accept-language': language, 'sec-fetch-dest': 'document' });
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain('data-page="register"');
    expect(html).toContain(words);
    expect(html).not.toContain('<a ');
  });

  it('of a client: to its sign-in and its home page, in the language of @authing/sso 1', async () => {
    const html = await (await get(`/register?app_id=${id}&_authing_lang=zh-CN`)).text();
    expect(html).toContain(
      `<a href="${home}/login?iss=${encodeURIComponent(issuer)}" rel="noreferrer">登录 Exchange</a>`,
    );
    expect(html).toContain(`<a href="${home}/" rel="noreferrer">返回 Exchange</a>`);
  });

  it('a link of a stranger adds nothing', async () => {
    const html = await (await get('/register?client_id=<script>&redirect_uri=https://evil.example')).text();
    expect(html).not.toMatch(/<script|evil/);
  });
});

describe('GET /cas/createSession', () => {
  it('RFC 6819 §4.4.1.8: says why not, signs nobody in and leads nowhere', async () => {
    const { id_token } = await signedIn();
    const query = `authorization=${id_token!}&redirect_url=https://evil.example/`;
    const response = await get(`/cas/createSession?${query}`);
    const html = await response.text();
    expect(response.status).toBe(410);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(response.headers.has('location')).toBe(false);
    expect(html).toContain('authorization endpoint');
    expect(html).not.toMatch(/evil|eyJ/);
  });
});

describe('RP-Initiated Logout 1.0 §2: /oidc/session/end as the SDKs call it', () => {
  const [bye, query] = [`${home}/bye`, `${home}/bye?c=d&e=f`];
  let browser: ReturnType<typeof httpBrowser>;
  let tokens: Record<string, string>;
  beforeEach(async () => {
    browser = httpBrowser();
    tokens = await signedIn(browser);
  });
  const isSignedIn = async () => {
    const { html } = await browser.open(`${origin}/cas/session`);
    return (JSON.parse(html) as Body).session !== null;
  };
  const confirmed = (page: Landing) => browser.submit(page, { answer: 'logout' });

  it('authing-js-sdk, expert: the URI unencoded, with & in it', async () => {
    const url = sdk.buildLogoutUrl({ expert: true, idToken: tokens.id_token, redirectUri: query });
    expect(url).toContain(query);
    expect((await browser.open(url)).url).toBe(query);
    expect(await isSignedIn()).toBe(false);
  });

  it('no client is named: the person is asked, then goes on to the URI of a client of the session', async () => {
    const asked = await browser.open(`${issuer}/session/end?post_logout_redirect_uri=${query}&state=a%26b`);
    expect(asked.page).toBe('logout');
    expect(await isSignedIn()).toBe(true);
    expect((await confirmed(asked)).url).toBe(`${query}&state=a%26b`);
    expect(await isSignedIn()).toBe(false);
    expect((await confirmed(asked)).url).toBe(`${query}&state=a%26b`);
  });

  it('encoded, with state', async () => {
    const params = new URLSearchParams({ post_logout_redirect_uri: bye, state: 's', id_token_hint: tokens.id_token! });
    expect((await browser.open(`${issuer}/session/end?${params.toString()}`)).url).toBe(`${bye}?state=s`);
  });

  it.each(['https://evil.example/', 'https://basic.example.test/bye', `${bye}?c=d`])(
    'RFC 9700 §4.11: no open redirect: %s',
    async (uri) => {
      for (const text of [uri, encodeURIComponent(uri)]) {
        const page = await browser.open(`${issuer}/session/end?post_logout_redirect_uri=${text}`);
        expect(page).toMatchObject({ status: 400, page: 'error' });
      }
      expect(await isSignedIn()).toBe(true);
    },
  );
});
