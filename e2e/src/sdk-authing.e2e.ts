import { beforeAll, describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { httpBrowser } from './http-browser.js';
import { issuer, origin } from './provider.js';
import { accessKeySecret, secret } from './setup/declaration.js';

// Unmodified, from npm.
const require = createRequire(import.meta.url);
type Body = Record<string, string>;
interface Sdk {
  buildAuthorizeUrl(options?: object): string;
  buildLogoutUrl(options?: object): string;
  generateCodeChallenge(): string;
  getCodeChallengeDigest(options: object): string;
  getAccessTokenByCode(code: string, options?: object): Promise<Body>;
  getNewAccessTokenByRefreshToken(token: string): Promise<Body>;
  getAccessTokenByClientCredentials(scope: string, options?: object): Promise<Body>;
  getUserInfoByAccessToken(token: string, options?: object): Promise<Body>;
  introspectToken(token: string): Promise<Record<string, unknown>>;
  revokeToken(token: string): Promise<boolean>;
  validateToken(options: object): Promise<Record<string, unknown>>;
  trackSession(): Promise<unknown>;
  logout(): Promise<void>;
  logoutCurrent(): Promise<void>;
}
const { AuthenticationClient } = require('authing-js-sdk') as {
  AuthenticationClient: new (options: object) => Sdk;
};

type Protocol = 'oidc' | 'oauth';
const post = '5c9b079883e333d55a101084';
const sdkOf = (protocol: Protocol, appId: string, methods: readonly string[], more: object = {}): Sdk => {
  const [token, introspection = token, revocation = token] = methods;
  return new AuthenticationClient({
    appId,
    secret: methods.every((method) => method === 'none') ? undefined : secret,
    appHost: `${origin}/`,
    redirectUri: `https://${appId}.example.test/cb`,
    protocol,
    tokenEndPointAuthMethod: token,
    introspectionEndPointAuthMethod: introspection,
    revocationEndPointAuthMethod: revocation,
    ...more,
  });
};
const standard = (protocol: Protocol) => sdkOf(protocol, post, ['client_secret_post']);

/** Signs in with the URL of the SDK, and exchanges the code as the SDK does. */
const signedIn = async (sdk: Sdk, protocol: Protocol, browser = httpBrowser()): Promise<Body> => {
  const codeVerifier = sdk.generateCodeChallenge();
  const pkce = { codeChallenge: sdk.getCodeChallengeDigest({ codeChallenge: codeVerifier, method: 'S256' }) };
  const options = { scope: 'openid profile email phone offline_access', ...pkce, codeChallengeMethod: 'S256' };
  const landing = await browser.open(sdk.buildAuthorizeUrl(protocol === 'oidc' ? options : undefined));
  const code = new URL((await browser.through(landing)).url).searchParams.get('code')!;
  return sdk.getAccessTokenByCode(code, protocol === 'oidc' ? { codeVerifier } : undefined);
};

/** What an application sees of an error: the status and the body, on the error of axios. */
const failure = (status: number, error: string) => ({
  isAxiosError: true,
  response: { status, data: { error, error_description: expect.any(String) } },
});

const clients: [Protocol, string, string[]][] = [
  ['oidc', post, ['client_secret_post']],
  ['oidc', 'basic', ['client_secret_basic']],
  ['oidc', 'spa', ['none']],
  ['oidc', 'each-its-own', ['client_secret_basic', 'none', 'client_secret_post']],
  ['oauth', post, ['client_secret_post']],
  ['oauth', 'old-spa', ['none']],
  ['oauth', 'each-its-own', ['client_secret_basic', 'none', 'client_secret_post']],
];

describe.each(clients)('authing-js-sdk, protocol %s, client %s (%s)', (protocol, appId, methods) => {
  const sdk = sdkOf(protocol, appId, methods);
  const kind = { oidc: /^eyJ/, oauth: /^[0-9a-f]{40}$/ }[protocol];
  let tokens: Body;
  beforeAll(async () => void (tokens = await signedIn(sdk, protocol)));

  it('getAccessTokenByCode and getUserInfoByAccessToken: the token in each place', async () => {
    expect(tokens).toMatchObject({
      access_token: expect.stringMatching(kind),
      refresh_token: expect.any(String),
      expires_in: protocol === 'oidc' ? 3600 : 1_209_599,
      token_type: 'Bearer',
    });
    expect('id_token' in tokens).toBe(protocol === 'oidc');
    const places = [undefined, ...['header', 'query'].map((tokenPlace) => ({ method: 'GET', tokenPlace }))];
    const posted = ['header', 'query', 'body'].map((tokenPlace) => ({ method: 'POST', tokenPlace }));
    for (const options of [...places, ...posted]) {
      const person = await sdk.getUserInfoByAccessToken(tokens.access_token!, options);
      expect(person).toMatchObject({ sub: expect.any(String), email: 'anna@example.test' });
    }
  });

  it('getNewAccessTokenByRefreshToken, introspectToken and revokeToken, without a hint, for both kinds', async () => {
    const fresh = await sdk.getNewAccessTokenByRefreshToken(tokens.refresh_token!);
    expect(fresh).toMatchObject({ access_token: expect.stringMatching(kind), refresh_token: expect.any(String) });
    const iss = protocol === 'oidc' ? issuer : `${origin}/oauth`;
    for (const token of [fresh.access_token!, fresh.refresh_token!])
      expect(await sdk.introspectToken(token)).toMatchObject({ active: true, client_id: appId, iss });
    expect(await sdk.revokeToken(fresh.access_token!)).toBe(true);
    expect(await sdk.introspectToken(fresh.access_token!)).toEqual({ active: false });
    expect(await sdk.revokeToken(fresh.refresh_token!)).toBe(true);
    expect(await sdk.introspectToken(fresh.refresh_token!)).toEqual({ active: false });
    await expect(sdk.getNewAccessTokenByRefreshToken(fresh.refresh_token!)).rejects.toMatchObject(
      failure(400, 'invalid_grant'),
    );
  });
});

it.each(['oidc', 'oauth'] as const)(
  'authing-js-sdk, protocol %s: getUserInfoByAccessToken of a client with userinfo_format: authing, as Authing documents it',
  async (protocol) => {
    const sdk = sdkOf(protocol, 'sdk-userinfo', ['client_secret_post']);
    const { access_token: token = '' } = await signedIn(sdk, protocol);
    expect(await sdk.getUserInfoByAccessToken(token)).toMatchObject({
      sub: expect.any(String),
      name: 'Anna Example',
      given_name: null,
      gender: 'U',
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      email: 'anna@example.test',
      email_verified: true,
      phone_number: '+8613900000000',
      phone_number_verified: false,
    });
  },
);

describe('authing-js-sdk: authorization requests', () => {
  it.each<[Protocol, object, object]>([
    ['oidc', {}, { scope: 'openid profile email phone address', response_type: 'code' }],
    ['oidc', { scope: 'openid offline_access' }, { scope: 'openid offline_access', prompt: 'consent' }],
    ['oidc', { responseMode: 'fragment', state: 'a.b', nonce: '1' }, { response_mode: 'fragment', state: 'a.b' }],
    ['oidc', { tenantId: 'T' }, { tenant_id: 'T' }],
    ['oauth', {}, { scope: 'user', response_type: 'code' }],
    ['oauth', { state: 'a.b', scope: 'user' }, { state: 'a.b' }],
  ])('%s, buildAuthorizeUrl(%j): a code and the same state come back', async (protocol, options, sent) => {
    const asked = new URL(standard(protocol).buildAuthorizeUrl(options));
    expect(asked.pathname).toBe(`/${protocol}/auth`);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject(sent);
    const browser = httpBrowser();
    const { url } = await browser.through(await browser.open(asked.href));
    const back = new URLSearchParams(url.replace(/^[^?#]*[?#]/, ''));
    expect(back.get('state')).toBe(asked.searchParams.get('state'));
    expect(back.get('code')).toMatch(/^[\w-]+$/);
  });

  it('without a redirectUri the SDK sends the word undefined: a page, and no redirect', async () => {
    for (const protocol of ['oidc', 'oauth'] as const) {
      const sdk = sdkOf(protocol, post, ['client_secret_post'], { redirectUri: undefined });
      expect(sdk.buildAuthorizeUrl()).toContain('redirect_uri=undefined');
      const landing = await httpBrowser().open(sdk.buildAuthorizeUrl());
      expect(landing).toMatchObject({ status: 400, page: 'error' });
    }
  });
});

describe('authing-js-sdk: getAccessTokenByClientCredentials', () => {
  it.each<[Protocol, string]>([
    ['oidc', 'machine-basic'],
    ['oidc', 'machine-post'],
    ['oauth', 'machine-basic'],
    ['oauth', 'machine-post'],
  ])('%s: an access key of %s', async (protocol, appId) => {
    const sdk = sdkOf(protocol, appId, ['client_secret_post']);
    const key = { accessKey: `AK-${appId}`, accessSecret: accessKeySecret };
    expect(await sdk.getAccessTokenByClientCredentials('orders:read', key)).toMatchObject({
      access_token: expect.any(String),
      scope: 'orders:read',
    });
    await expect(
      sdk.getAccessTokenByClientCredentials('orders:read', { ...key, accessSecret: 'wrong' }),
    ).rejects.toMatchObject(failure(401, 'invalid_client'));
    await expect(sdk.getAccessTokenByClientCredentials('orders:read')).rejects.toThrow('accessKey');
  });
});

describe('authing-js-sdk: validateToken', () => {
  let tokens: Record<Protocol, Body>;
  beforeAll(async () => {
    const [oidc, oauth] = await Promise.all([signedIn(standard('oidc'), 'oidc'), signedIn(standard('oauth'), 'oauth')]);
    tokens = { oidc, oauth };
  });

  const claims = { iss: issuer, aud: post, sub: expect.any(String) };
  it.each<[string, () => object, object]>([
    ['an access token', () => ({ accessToken: tokens.oidc.access_token }), claims],
    ['an ID Token', () => ({ idToken: tokens.oidc.id_token }), claims],
    ['one as the other', () => ({ idToken: tokens.oidc.access_token }), { code: 400, message: 'id_token 不合法' }],
    ['the reverse', () => ({ accessToken: tokens.oidc.id_token }), { code: 400, message: 'access_token 不合法' }],
    [
      'tampered',
      () => ({ accessToken: `${tokens.oidc.access_token!}x` }),
      { code: 400, message: 'access_token 不合法' },
    ],
    ['no token', () => ({ accessToken: 'x' }), { code: 400, message: 'access_token 格式有误' }],
    ['no ID Token', () => ({ idToken: 'x' }), { code: 400, message: 'id_token 格式有误' }],
    [
      'of plain OAuth',
      () => ({ accessToken: tokens.oauth.access_token }),
      { code: 400, message: 'access_token 格式有误' },
    ],
  ])('%s: returned, never thrown', async (_, options, expected) => {
    for (const protocol of ['oidc', 'oauth'] as const)
      expect(await standard(protocol).validateToken(options())).toMatchObject(expected);
  });

  it('revoked: no longer', async () => {
    const { access_token: accessToken = '' } = await signedIn(standard('oidc'), 'oidc');
    await standard('oidc').revokeToken(accessToken);
    expect(await standard('oidc').validateToken({ accessToken })).toEqual({
      code: 400,
      message: 'access_token 不合法',
    });
  });
});

describe('authing-js-sdk: logout', () => {
  const bye = `https://${post}.example.test/bye`;
  const expert = (redirectUri: string) => (idToken?: string) => ({ expert: true, idToken, redirectUri });

  it.each<[string, Protocol, (idToken?: string) => object | undefined, object]>([
    ['oidc, expert', 'oidc', expert(bye), { url: bye }],
    ['oidc, expert, elsewhere', 'oidc', expert('https://evil.example/'), { page: 'error', isStillIn: true }],
    ['oidc', 'oidc', () => ({ redirectUri: bye }), { url: bye }],
    ['oidc, elsewhere', 'oidc', () => ({ redirectUri: 'https://evil.example/' }), { page: 'error' }],
    ['oidc, nowhere', 'oidc', () => undefined, { page: 'logged-out' }],
    ['oauth', 'oauth', () => ({ redirectUri: bye }), { url: bye }],
    ['oauth, expert is not looked at', 'oauth', expert(bye), { url: bye }],
    ['oauth, nowhere', 'oauth', () => undefined, { page: 'logged-out' }],
  ])(
    'buildLogoutUrl, %s',
    async (_, protocol, options, { isStillIn = false, ...expected }: { isStillIn?: boolean }) => {
      const sdk = standard(protocol);
      const browser = httpBrowser();
      const { id_token: idToken } = await signedIn(sdk, protocol, browser);
      expect(await browser.open(sdk.buildLogoutUrl(options(idToken)))).toMatchObject(expected);
      const { page } = await browser.open(sdk.buildAuthorizeUrl());
      expect(page === 'sign-in').toBe(!isStillIn);
    },
  );

  it('trackSession, logout and logoutCurrent on a server, which has no cookie: nobody, and done', async () => {
    for (const protocol of ['oidc', 'oauth'] as const) {
      const sdk = standard(protocol);
      expect(await sdk.trackSession()).toEqual({ session: null });
      await expect(sdk.logout()).resolves.toBeUndefined();
      await expect(sdk.logoutCurrent()).resolves.toBeUndefined();
    }
  });
});

describe('authing-js-sdk: errors, as the application gets them', () => {
  const bad = { accessKey: 'AK-nobody', accessSecret: 'x' };
  const wrong = (protocol: Protocol) => sdkOf(protocol, post, ['client_secret_post'], { secret: 'wrong' });
  it.each<[string, (protocol: Protocol) => Promise<unknown>, object]>([
    ['an unknown code', (on) => standard(on).getAccessTokenByCode('x'), failure(400, 'invalid_grant')],
    [
      'an unknown refresh token',
      (on) => standard(on).getNewAccessTokenByRefreshToken('x'),
      failure(400, 'invalid_grant'),
    ],
    ['a wrong secret', (on) => wrong(on).getAccessTokenByCode('x'), failure(401, 'invalid_client')],
    ['a wrong secret, introspection', (on) => wrong(on).introspectToken('x'), failure(401, 'invalid_client')],
    ['a wrong secret, revocation', (on) => wrong(on).revokeToken('x'), failure(401, 'invalid_client')],
    [
      'an unknown access key',
      (on) => standard(on).getAccessTokenByClientCredentials('a', bad),
      failure(401, 'invalid_client'),
    ],
    [
      'user info without a token of ours',
      (on) => standard(on).getUserInfoByAccessToken('x'),
      failure(401, 'invalid_token'),
    ],
  ])('%s', async (_, call, expected) => {
    for (const protocol of ['oidc', 'oauth'] as const) await expect(call(protocol)).rejects.toMatchObject(expected);
  });

  it('oauth, client_secret_basic: revokeToken refuses by itself', async () => {
    await expect(sdkOf('oauth', 'basic', ['client_secret_basic']).revokeToken('x')).rejects.toThrow(
      'client_secret_basic',
    );
  });

  it('introspecting what is unknown is no error', async () => {
    for (const protocol of ['oidc', 'oauth'] as const)
      expect(await standard(protocol).introspectToken('x')).toEqual({ active: false });
  });
});
