import { beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { httpBrowser } from './http-browser.js';
import { issuer, origin } from './provider.js';
import { secret } from './setup/declaration.js';

// The requests of authing-js-sdk with `protocol: 'oauth'`, as they were recorded.
const id = '5c9b079883e333d55a101084';
const redirect_uri = `https://${id}.example.test/cb`;
const credentials = { client_id: id, client_secret: secret };
const hex40 = /^[0-9a-f]{40}$/;

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(origin + path, { headers, redirect: 'manual', signal: AbortSignal.timeout(15_000) });
const post = (path: string, form: Record<string, string>) =>
  fetch(origin + path, { method: 'POST', body: new URLSearchParams(form), signal: AbortSignal.timeout(15_000) });
const bodyOf = async (response: Promise<Response>) => (await (await response).json()) as Record<string, string>;

const callbackOf = async (of = id, more: Record<string, string> = {}) => {
  const query = new URLSearchParams({
    state: '18392583905325166',
    scope: 'user',
    client_id: of,
    redirect_uri: `https://${of}.example.test/cb`,
    response_type: 'code',
    ...more,
  });
  const browser = httpBrowser();
  return new URL((await browser.through(await browser.open(`${origin}/oauth/auth?${query.toString()}`))).url);
};
const exchanged = async () => {
  const code = (await callbackOf()).searchParams.get('code')!;
  return bodyOf(post('/oauth/token', { ...credentials, grant_type: 'authorization_code', code, redirect_uri }));
};

let tokens: Record<string, string>;
beforeAll(async () => void (tokens = await exchanged()));

describe('plain OAuth 2.0 at /oauth', () => {
  it('no nonce, no PKCE, scope user: opaque tokens, no ID Token', () => {
    expect(tokens).toEqual({
      access_token: expect.stringMatching(hex40),
      refresh_token: expect.stringMatching(hex40),
      expires_in: 1_209_599,
      scope: 'user',
      token_type: 'Bearer',
    });
  });

  it('user info by GET and POST, the token in query, header and form', async () => {
    const query = `/oauth/me?access_token=${tokens.access_token!}`;
    const answers = await Promise.all([
      get(query),
      get('/oauth/me', { authorization: `Bearer ${tokens.access_token!}` }),
      post(query, {}),
      post('/oauth/me', { access_token: tokens.access_token! }),
      get(`/oauth/user/userinfo?access_token=${tokens.access_token!}`),
    ]);
    for (const answer of answers) {
      expect(answer.headers.get('cache-control')).toContain('no-store');
      expect(await answer.json()).toMatchObject({
        sub: expect.any(String),
        username: 'anna',
        email: 'anna@example.test',
      });
    }
  });

  it('introspection tells its own issuer, refresh comes without a scope', async () => {
    expect(
      await bodyOf(post('/oauth/token/introspection', { ...credentials, token: tokens.access_token! })),
    ).toMatchObject({
      active: true,
      iss: `${origin}/oauth`,
      client_id: id,
      scope: 'user',
      token_type: 'Bearer',
      jti: expect.any(String),
    });
    const refreshed = await bodyOf(
      post('/oauth/token', { ...credentials, grant_type: 'refresh_token', refresh_token: tokens.refresh_token! }),
    );
    expect(refreshed).toMatchObject({ refresh_token: expect.stringMatching(hex40), scope: 'user' });
  });

  it('its tokens are unknown at OpenID Connect', async () => {
    expect((await get('/oidc/me', { authorization: `Bearer ${tokens.access_token!}` })).status).toBe(401);
    expect(await bodyOf(post('/oidc/token/introspection', { ...credentials, token: tokens.access_token! }))).toEqual({
      active: false,
    });
  });

  it('revocation ends them, the older validation agrees', async () => {
    const { access_token: token } = await exchanged();
    expect(await bodyOf(get(`/authenticate?access_token=${token!}`))).toMatchObject({
      state: 1,
      appId: id,
      scope: 'user',
    });
    expect((await post('/oauth/token/revocation', { ...credentials, token: token! })).ok).toBe(true);
    expect((await get(`/oauth/me?access_token=${token!}`)).status).toBe(401);
    expect(await bodyOf(get(`/authenticate?access_token=${token!}`))).toMatchObject({ code: 1922 });
  });

  it('RFC 9700 §2.1.1: a public client needs PKCE here too, unless it is set to go without', async () => {
    expect(Object.fromEntries((await callbackOf('spa')).searchParams)).toMatchObject({
      error: 'invalid_request',
      iss: `${origin}/oauth`,
      state: '18392583905325166',
    });
    const code = (await callbackOf('old-spa')).searchParams.get('code')!;
    const form = {
      client_id: 'old-spa',
      grant_type: 'authorization_code',
      code,
      redirect_uri: 'https://old-spa.example.test/cb',
    };
    expect(await bodyOf(post('/oauth/token', form))).toMatchObject({ access_token: expect.stringMatching(hex40) });
  });

  it('RFC 8414: a published library finds it and signs in, PKCE and iss checked', async () => {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; these tests speak http on the loopback address
    const execute = [client.allowInsecureRequests];
    const config = await client.discovery(new URL(`${origin}/oauth`), id, {}, client.ClientSecretPost(secret), {
      algorithm: 'oauth2',
      execute,
    });
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const expectedState = client.randomState();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri,
      scope: 'user',
      state: expectedState,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    const browser = httpBrowser();
    const callback = new URL((await browser.through(await browser.open(url.href))).url);
    const got = await client.authorizationCodeGrant(config, callback, { pkceCodeVerifier, expectedState });
    expect(got.access_token).toMatch(hex40);
    expect(await client.tokenIntrospection(config, got.access_token)).toMatchObject({
      active: true,
      iss: `${origin}/oauth`,
    });
    await client.tokenRevocation(config, got.refresh_token!);
    expect(await client.tokenIntrospection(config, got.access_token)).toEqual({ active: false });
  });
});

describe('the older paths of OpenID Connect', () => {
  let oidc: Record<string, string>;
  beforeAll(async () => {
    const query = new URLSearchParams({
      client_id: id,
      redirect_uri,
      response_type: 'code',
      scope: 'openid profile email',
      state: '1',
    });
    const browser = httpBrowser();
    const landing = await browser.through(await browser.open(`${origin}/oauth/oidc/auth?${query.toString()}`));
    const code = new URL(landing.url).searchParams.get('code')!;
    oidc = await bodyOf(
      post('/oauth/oidc/token', { ...credentials, grant_type: 'authorization_code', code, redirect_uri }),
    );
  });

  it('sign in, user info', async () => {
    expect(oidc).toMatchObject({ id_token: expect.any(String), access_token: expect.stringMatching(/^eyJ/) });
    const person = await bodyOf(get(`/oauth/oidc/user/userinfo?access_token=${oidc.access_token!}`));
    expect(person).toMatchObject({ email: 'anna@example.test', name: 'Anna Example' });
  });

  it('validate_access_token: the recorded bodies', async () => {
    const response = await get(`/oauth/oidc/validate_access_token?access_token=${oidc.access_token!}`);
    expect(response.headers.get('cache-control')).toContain('no-store');
    expect(await response.json()).toMatchObject({
      state: 1,
      isRevoked: false,
      accessToken: oidc.access_token,
      appId: id,
      iss: issuer,
      exp: expect.any(Number),
      expires_in: expect.any(Number),
    });
    expect(await bodyOf(get('/oauth/oidc/validate_access_token?access_token=x'))).toEqual({
      code: 1922,
      message: 'token 不合法',
    });
  });

  it('validate_token: claims, or HTTP 200 with a code, without client authentication', async () => {
    const validate = (query: string) => get(`/api/v2/oidc/validate_token?${query}`);
    expect(await bodyOf(validate(`access_token=${oidc.access_token!}`))).toMatchObject({ iss: issuer, aud: id });
    expect(await bodyOf(validate(`id_token=${oidc.id_token!}`))).toMatchObject({ iss: issuer, aud: id });
    const bad = await validate(`id_token=${oidc.access_token!}`);
    expect([bad.status, await bad.json()]).toEqual([200, { code: 400, message: 'id_token 不合法' }]);
    expect(await bodyOf(validate('access_token=x'))).toEqual({ code: 400, message: 'access_token 格式有误' });
  });
});
