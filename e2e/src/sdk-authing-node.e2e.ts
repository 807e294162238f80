import { beforeAll, describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import * as client from 'openid-client';
import { httpBrowser } from './http-browser.js';
import { issuer, origin } from './provider.js';
import { secret } from './setup/declaration.js';

// Unmodified, from npm.
const require = createRequire(import.meta.url);
type Body = Record<string, string>;
type Answer = Promise<Record<string, unknown>>;
interface Sdk {
  buildAuthorizeUrl(options?: object): { url: string };
  buildLogoutUrl(options?: object): string;
  loginWithRedirect(response: object, options?: object): Promise<void>;
  handleRedirectCallback(request: object, response: object): Promise<Body>;
  setAccessToken(token: string): void;
  getAccessTokenByCode(code: string, options?: object): Promise<Body>;
  getUserInfoByAccessToken(token: string, options?: object): Answer;
  getNewAccessTokenByRefreshToken(token: string): Promise<Body>;
  introspectToken(token: string): Answer;
  revokeToken(token: string): Promise<unknown>;
  parseIDToken(token: string): Answer;
  parseAccessToken(token: string): Answer;
}
const { AuthenticationClient } = require('authing-node-sdk') as {
  AuthenticationClient: new (options: object) => Sdk;
};

const id = '5c9b079883e333d55a101084';
const scope = 'openid profile email offline_access';
const sdkOf = (appId: string, method = 'client_secret_post', more: object = {}): Sdk =>
  new AuthenticationClient({
    appId,
    appSecret: method === 'none' ? undefined : secret,
    appHost: origin,
    redirectUri: `https://${appId}.example.test/cb`,
    scope,
    tokenEndPointAuthMethod: method,
    introspectionEndPointAuthMethod: method,
    revocationEndPointAuthMethod: method,
    ...more,
  });

const arrive = async (url: string, browser = httpBrowser()): Promise<URL> =>
  new URL((await browser.through(await browser.open(url))).url);

/** The SDK has no way to send a code challenge: an application adds it to the URL. */
const signedIn = async (sdk: Sdk, browser = httpBrowser()): Promise<Body> => {
  const codeVerifier = client.randomPKCECodeVerifier();
  const url = new URL(sdk.buildAuthorizeUrl().url);
  url.searchParams.set('code_challenge', await client.calculatePKCECodeChallenge(codeVerifier));
  url.searchParams.set('code_challenge_method', 'S256');
  const back = await arrive(url.href, browser);
  return sdk.getAccessTokenByCode(back.searchParams.get('code')!, { codeVerifier });
};
const places = [
  undefined,
  { method: 'GET', tokenPlace: 'header' },
  ...['header', 'query', 'body'].map((tokenPlace) => ({ method: 'POST', tokenPlace })),
];

describe.each([
  [id, 'client_secret_post', 'oidc'],
  ['basic', 'client_secret_basic', 'oidc'],
  ['spa', 'none', 'oidc'],
  [id, 'client_secret_post', 'oauth'],
])('authing-node-sdk, client %s (%s), protocol %s', (appId, method, protocol) => {
  it('exchanges, asks for user info, refreshes, introspects and revokes; also once it sends its token everywhere', async () => {
    for (const setsToken of [false, true]) {
      const sdk = sdkOf(appId, method, { protocol });
      const tokens = await signedIn(sdk);
      // From now on the bare token stands in the Authorization header of every request.
      if (setsToken) sdk.setAccessToken(tokens.access_token!);
      for (const options of places)
        expect(await sdk.getUserInfoByAccessToken(tokens.access_token!, options)).toMatchObject({
          email: 'anna@example.test',
        });
      const fresh = await sdk.getNewAccessTokenByRefreshToken(tokens.refresh_token!);
      expect(await sdk.introspectToken(fresh.access_token!)).toMatchObject({ active: true, client_id: appId });
      await sdk.revokeToken(fresh.access_token!);
      expect(await sdk.introspectToken(fresh.access_token!)).toEqual({ active: false });
    }
  });
});

describe('authing-node-sdk', () => {
  it('parseIDToken and parseAccessToken: by the published keys; nothing of another is taken', async () => {
    const sdk = sdkOf(id);
    const tokens = await signedIn(sdk);
    expect(await sdk.parseIDToken(tokens.id_token!)).toMatchObject({ iss: issuer, aud: id });
    expect(await sdk.parseAccessToken(tokens.access_token!)).toMatchObject({ iss: issuer, client_id: id });
    await expect(sdk.parseIDToken(`${tokens.id_token!.slice(0, -8)}AAAAAAAA`)).rejects.toThrow();
  });

  it('parseIDToken: HS256 by the secret of the application, and by no other', async () => {
    const tokens = await signedIn(sdkOf('sdk-hs256'));
    expect(await sdkOf('sdk-hs256').parseIDToken(tokens.id_token!)).toMatchObject({ iss: issuer, aud: 'sdk-hs256' });
    const other = sdkOf('sdk-hs256', 'client_secret_post', { appSecret: `${secret}x` });
    await expect(other.parseIDToken(tokens.id_token!)).rejects.toThrow();
    expect(await sdkOf('sdk-hs256').parseAccessToken(tokens.access_token!)).toMatchObject({ client_id: 'sdk-hs256' });
  });

  it('forced: asked to sign in again though signed in', async () => {
    const browser = httpBrowser();
    await signedIn(sdkOf(id), browser);
    const { url } = sdkOf(id).buildAuthorizeUrl({ forced: true, tenantId: 'T' });
    expect((await browser.open(url)).page).toBe('sign-in');
  });
});

describe('authing-node-sdk: loginWithRedirect and handleRedirectCallback', () => {
  const sdk = sdkOf(id);
  /** The answer of a web server, as far as the SDK touches it. */
  const answer = () => {
    const headers: Record<string, string> = {};
    const response = {
      setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
      writeHead: () => response,
      end: () => response,
    };
    return { headers, response };
  };
  let location: string;
  let cookie: string;
  beforeAll(async () => {
    const { headers, response } = answer();
    await sdk.loginWithRedirect(response);
    location = headers.location!;
    cookie = headers['set-cookie']!.split(';')[0]!;
  });

  it('signs a person in', async () => {
    const { pathname, search } = await arrive(location);
    const { headers, response } = answer();
    const tokens = await sdk.handleRedirectCallback({ url: pathname + search, headers: { cookie } }, response);
    expect(tokens).toMatchObject({ access_token: expect.any(String), id_token: expect.any(String) });
    expect(headers['set-cookie']).toContain('Max-Age=0');
  });

  it('an error comes back in the query, and is thrown with its description', async () => {
    const { pathname, search } = await arrive(`${location}&prompt=none`.replace('prompt=consent&', ''));
    await expect(
      sdk.handleRedirectCallback({ url: pathname + search, headers: { cookie } }, answer().response),
    ).rejects.toThrow(/login_required: .+/);
  });
});

describe('authing-node-sdk: buildLogoutUrl', () => {
  const sdk = sdkOf(id);
  const bye = `https://${id}.example.test/bye`;
  const isSignedIn = async (browser: ReturnType<typeof httpBrowser>) =>
    (await browser.open(sdk.buildAuthorizeUrl().url)).page !== 'sign-in';

  it('oidc: ends the session, and goes on to the registered page with the state', async () => {
    const browser = httpBrowser();
    const { id_token: idToken } = await signedIn(sdk, browser);
    const url = sdk.buildLogoutUrl({ redirectUri: bye, state: 'a.b', idToken });
    expect((await browser.open(url)).url).toBe(`${bye}?state=a.b`);
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('oidc, nothing but an ID Token: stays at the provider', async () => {
    const browser = httpBrowser();
    const { id_token: idToken } = await signedIn(sdk, browser);
    expect((await browser.open(sdk.buildLogoutUrl({ idToken }))).page).toBe('logged-out');
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('oauth: the SDK throws the URL; it works', async () => {
    const browser = httpBrowser();
    const oauth = sdkOf(id, 'client_secret_post', { protocol: 'oauth' });
    await signedIn(oauth, browser);
    let url: unknown;
    try {
      url = oauth.buildLogoutUrl({ redirectUri: bye });
    } catch (thrown) {
      url = thrown;
    }
    expect((await browser.open(String(url))).url).toBe(bye);
    expect(await isSignedIn(browser)).toBe(false);
  });
});
