import { beforeAll, describe, expect, it } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import { createRequire } from 'node:module';
import { httpBrowser } from './http-browser.js';
import { issuer, origin } from './provider.js';
import { secret } from './setup/declaration.js';

// Unmodified, from npm, as CommonJS where they are.
const require = createRequire(import.meta.url);
const id = '5c9b079883e333d55a101084';
const redirectUri = `https://${id}.example.test/cb`;
const scope = 'openid profile email phone address offline_access';

const arrive = async (url: string): Promise<URL> => {
  const browser = httpBrowser();
  return new URL((await browser.through(await browser.open(url))).url);
};

interface JsSdk {
  buildAuthorizeUrl(options: object): string;
  generateCodeChallenge(): string;
  getCodeChallengeDigest(options: object): string;
  getAccessTokenByCode(code: string, options?: object): Promise<Record<string, string>>;
  getUserInfoByAccessToken(token: string, options?: object): Promise<Record<string, string>>;
  getNewAccessTokenByRefreshToken(token: string): Promise<Record<string, string>>;
  getAccessTokenByClientCredentials(scope: string, options: object): Promise<Record<string, string>>;
  introspectToken(token: string): Promise<Record<string, unknown>>;
  revokeToken(token: string): Promise<boolean>;
  buildLogoutUrl(options: object): string;
}
const { AuthenticationClient: JsClient } = require('authing-js-sdk') as {
  AuthenticationClient: new (options: object) => JsSdk;
};

describe.each(['client_secret_post', 'client_secret_basic', 'none'])('authing-js-sdk, %s', (method) => {
  const appId = { client_secret_post: id, client_secret_basic: 'basic', none: 'spa' }[method]!;
  const back = `https://${appId}.example.test/cb`;
  const sdk = new JsClient({
    appId,
    secret: method === 'none' ? undefined : secret,
    appHost: origin,
    redirectUri: back,
    protocol: 'oidc',
    tokenEndPointAuthMethod: method,
    introspectionEndPointAuthMethod: method,
    revocationEndPointAuthMethod: method,
  });

  it('signs in with PKCE, reads user info from every place, refreshes, introspects, revokes and logs out', async () => {
    const codeVerifier = sdk.generateCodeChallenge();
    const challenge = sdk.getCodeChallengeDigest({ codeChallenge: codeVerifier, method: 'S256' });
    const url = sdk.buildAuthorizeUrl({ scope, codeChallenge: challenge, codeChallengeMethod: 'S256' });
    const code = (await arrive(url)).searchParams.get('code')!;
    const tokens = await sdk.getAccessTokenByCode(code, { codeVerifier });
    expect(tokens).toMatchObject({
      token_type: 'Bearer',
      refresh_token: expect.any(String),
      id_token: expect.any(String),
    });

    for (const options of [
      {},
      { method: 'GET', tokenPlace: 'header' },
      { method: 'POST', tokenPlace: 'header' },
      { method: 'POST', tokenPlace: 'query' },
      { method: 'POST', tokenPlace: 'body' },
    ]) {
      expect(await sdk.getUserInfoByAccessToken(tokens.access_token!, options)).toMatchObject({
        email: 'anna@example.test',
      });
    }
    const fresh = await sdk.getNewAccessTokenByRefreshToken(tokens.refresh_token!);
    expect(await sdk.introspectToken(fresh.access_token!)).toMatchObject({ active: true, client_id: appId });
    expect(await sdk.revokeToken(fresh.access_token!)).toBe(true);
    expect(await sdk.introspectToken(fresh.access_token!)).toEqual({ active: false });

    const bye = `https://${appId}.example.test/bye`;
    const logout = sdk.buildLogoutUrl({ expert: true, idToken: fresh.id_token, redirectUri: bye });
    expect((await arrive(logout)).href).toBe(bye);
  });
});

interface NodeSdk {
  buildAuthorizeUrl(options?: object): { url: string };
  getAccessTokenByCode(code: string, options?: object): Promise<Record<string, string>>;
  getUserInfoByAccessToken(token: string): Promise<Record<string, string>>;
  getNewAccessTokenByRefreshToken(token: string): Promise<Record<string, string>>;
  introspectToken(token: string): Promise<Record<string, unknown>>;
  revokeToken(token: string): Promise<unknown>;
  parseIDToken(token: string): Promise<Record<string, unknown>>;
  parseAccessToken(token: string): Promise<Record<string, unknown>>;
}

describe('authing-node-sdk', () => {
  const { AuthenticationClient } = require('authing-node-sdk') as {
    AuthenticationClient: new (options: object) => NodeSdk & Record<string, unknown>;
  };
  const sdk = new AuthenticationClient({ appId: id, appSecret: secret, appHost: origin, redirectUri, scope });

  it('signs in, verifies both tokens by the published keys, refreshes, introspects and revokes', async () => {
    const { url } = sdk.buildAuthorizeUrl({ scope, forced: false });
    const code = (await arrive(url)).searchParams.get('code')!;
    const tokens = await sdk.getAccessTokenByCode(code);
    expect(await sdk.parseIDToken(tokens.id_token!)).toMatchObject({ iss: issuer, aud: id });
    expect(await sdk.parseAccessToken(tokens.access_token!)).toMatchObject({ iss: issuer, client_id: id });
    expect(await sdk.getUserInfoByAccessToken(tokens.access_token!)).toMatchObject({ name: 'Anna Example' });
    const fresh = await sdk.getNewAccessTokenByRefreshToken(tokens.refresh_token!);
    expect(await sdk.introspectToken(fresh.access_token!)).toMatchObject({ active: true });
    await sdk.revokeToken(fresh.access_token!);
    expect(await sdk.introspectToken(fresh.access_token!)).toEqual({ active: false });
  });
});

interface SimpleToken {
  readonly token: Record<string, unknown>;
  refresh(): Promise<SimpleToken>;
  revoke(kind: string): Promise<void>;
}
interface SimpleFlow {
  authorizeURL(params: object): string;
  getToken(params: object): Promise<SimpleToken>;
}
interface SimpleOauth2 {
  readonly AuthorizationCode: new (options: object) => SimpleFlow;
  readonly ClientCredentials: new (options: object) => { getToken(params: object): Promise<SimpleToken> };
}

describe('simple-oauth2', () => {
  const { AuthorizationCode, ClientCredentials } = require('simple-oauth2') as SimpleOauth2;
  const auth = {
    tokenHost: origin,
    tokenPath: '/oidc/token',
    revokePath: '/oidc/token/revocation',
    authorizePath: '/oidc/auth',
  };

  it('authorization code, refresh and revocation, with a secret in the header', async () => {
    const redirect_uri = 'https://basic.example.test/cb';
    const flow = new AuthorizationCode({ client: { id: 'basic', secret }, auth });
    const url = flow.authorizeURL({
      redirect_uri,
      scope: 'openid offline_access',
      state: 'x',
      prompt: 'consent',
    });
    const code = (await arrive(url)).searchParams.get('code')!;
    const token = await flow.getToken({ code, redirect_uri });
    const fresh = await token.refresh();
    expect(fresh.token.access_token).not.toBe(token.token.access_token);
    await fresh.revoke('refresh_token');
    await expect(fresh.refresh()).rejects.toThrow();
  });

  it('client credentials', async () => {
    const flow = new ClientCredentials({
      client: { id: 'basic', secret },
      auth: { tokenHost: origin, tokenPath: auth.tokenPath },
    });
    expect((await flow.getToken({ scope: 'orders:read' })).token).toMatchObject({ scope: 'orders:read' });
  });
});

describe('oauth4webapi', () => {
  let server: oauth.AuthorizationServer;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- http on the loopback address
  const http = { [oauth.allowInsecureRequests]: true };
  beforeAll(async () => {
    server = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), http));
  });

  it('code + PKCE with every check, and the JWT access token by RFC 9068', async () => {
    const client = { client_id: 'basic' };
    const redirect_uri = 'https://basic.example.test/cb';
    const verifier = oauth.generateRandomCodeVerifier();
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
    const url = new URL(server.authorization_endpoint!);
    url.search = new URLSearchParams({
      client_id: 'basic',
      redirect_uri,
      response_type: 'code',
      scope: 'openid profile',
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString();
    const params = oauth.validateAuthResponse(server, client, await arrive(url.href), state);
    const authentication = oauth.ClientSecretBasic(secret);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      params,
      redirect_uri,
      verifier,
      http,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    const request = new Request('https://api.example.test/', {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(await oauth.validateJwtAccessToken(server, request, 'basic', http)).toMatchObject({
      client_id: 'basic',
      scope: 'openid profile',
    });
    const { sub } = oauth.getValidatedIdTokenClaims(tokens)!;
    const userinfo = await oauth.userInfoRequest(server, client, tokens.access_token, http);
    expect(await oauth.processUserInfoResponse(server, client, sub, userinfo)).toMatchObject({ name: 'Anna Example' });
  });
});

describe('passport-openidconnect', () => {
  it('signs a person in', async () => {
    const { Strategy } = require('passport-openidconnect') as {
      Strategy: new (options: object, verify: unknown) => PassportStrategy;
    };
    const callbackURL = 'https://post.example.test/cb';
    const endpoints = { authorizationURL: `${issuer}/auth`, tokenURL: `${issuer}/token`, userInfoURL: `${issuer}/me` };
    const strategy = new Strategy(
      {
        issuer,
        ...endpoints,
        clientID: 'post',
        clientSecret: secret,
        callbackURL,
        scope: 'profile email',
        skipUserProfile: false,
      },
      (_issuer: string, profile: object, done: (error: null, user: object) => void) => done(null, profile),
    );
    const session = {};
    const attempt = (query: object) =>
      new Promise<{ location?: string; user?: Record<string, unknown> }>((resolve, reject) => {
        const run = Object.assign(Object.create(strategy) as PassportStrategy, {
          redirect: (location: string) => resolve({ location }),
          success: (user: Record<string, unknown>) => resolve({ user }),
          fail: (info: unknown) => reject(new Error(JSON.stringify(info))),
          error: reject,
        });
        run.authenticate({ query, body: {}, session, headers: {}, url: '/', connection: {} }, {});
      });
    const { location } = await attempt({});
    const callback = await arrive(location!);
    const { user } = await attempt(Object.fromEntries(callback.searchParams));
    expect(user).toMatchObject({ displayName: 'Anna Example' });
  });
});

interface PassportStrategy {
  authenticate(request: object, options: object): void;
}
