import { beforeAll, describe, expect, it } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import { httpBrowser } from './http-browser.js';
import { issuer } from './provider.js';
import { arrive } from './sdk-arrival.js';
import { secret } from './setup/declaration.js';

// eslint-disable-next-line @typescript-eslint/no-deprecated -- http on the loopback address
const http = { [oauth.allowInsecureRequests]: true };
const client = { client_id: 'basic' };
const authentication = oauth.ClientSecretBasic(secret);
const redirect_uri = 'https://basic.example.test/cb';

let server: oauth.AuthorizationServer;
beforeAll(async () => {
  const discovered = await oauth.discoveryRequest(new URL(issuer), http);
  server = await oauth.processDiscoveryResponse(new URL(issuer), discovered);
});

/** Code + PKCE with every check that the library has. */
const signIn = async (scope: string): Promise<oauth.TokenEndpointResponse> => {
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const url = new URL(server.authorization_endpoint!);
  url.search = new URLSearchParams({
    ...client,
    redirect_uri,
    response_type: 'code',
    scope,
    prompt: 'consent',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString();
  const params = oauth.validateAuthResponse(server, client, await arrive(url.href), state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    params,
    redirect_uri,
    verifier,
    http,
  );
  const checks = { expectedNonce: nonce, requireIdToken: true };
  return oauth.processAuthorizationCodeResponse(server, client, response, checks);
};
const introspected = async (token: string) =>
  oauth.processIntrospectionResponse(
    server,
    client,
    await oauth.introspectionRequest(server, client, authentication, token, http),
  );
const revoked = async (token: string) =>
  oauth.processRevocationResponse(await oauth.revocationRequest(server, client, authentication, token, http));
const refreshed = async (token: string) =>
  oauth.processRefreshTokenResponse(
    server,
    client,
    await oauth.refreshTokenGrantRequest(server, client, authentication, token, http),
  );

describe('oauth4webapi: a web application', () => {
  let tokens: oauth.TokenEndpointResponse;
  beforeAll(async () => void (tokens = await signIn('openid profile offline_access')));

  it('RFC 9068 §4: the JWT access token is one', async () => {
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const request = new Request('https://api.example.test/', { headers });
    expect(await oauth.validateJwtAccessToken(server, request, 'basic', http)).toMatchObject({
      client_id: 'basic',
      scope: 'openid profile offline_access',
    });
  });

  it('OpenID Connect Core 1.0 §5.3.2: user info is of the person of the ID Token', async () => {
    const { sub } = oauth.getValidatedIdTokenClaims(tokens)!;
    const answer = await oauth.userInfoRequest(server, client, tokens.access_token, http);
    expect(await oauth.processUserInfoResponse(server, client, sub, answer)).toMatchObject({ name: 'Anna Example' });
  });

  it('RFC 7662 §2.2, RFC 7009 §2.2: introspection, and revocation ends it', async () => {
    expect(await introspected(tokens.access_token)).toMatchObject({ active: true, client_id: 'basic' });
    await revoked(tokens.access_token);
    expect(await introspected(tokens.access_token)).toEqual({ active: false });
  });

  it('OpenID Connect Core 1.0 §12.2: a refresh, its ID Token checked; RFC 7009 §2.1: the end of them all', async () => {
    const fresh = await refreshed(tokens.refresh_token!);
    expect(oauth.getValidatedIdTokenClaims(fresh)?.sub).toBe(oauth.getValidatedIdTokenClaims(tokens)!.sub);
    expect(await introspected(fresh.access_token)).toMatchObject({ active: true });
    await revoked(fresh.refresh_token!);
    expect(await introspected(fresh.access_token)).toEqual({ active: false });
    await expect(refreshed(fresh.refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' });
  });
});

describe('oauth4webapi: a device', () => {
  const tv = { client_id: 'tv' };
  const approve = async (uri: string) => {
    const browser = httpBrowser();
    return browser.through(await browser.submit(await browser.open(uri), { answer: 'continue' }));
  };

  it('RFC 8628 §3.1, §3.4, §3.5: is pending, waits as long as it must, and gets its tokens', async () => {
    const begun = await oauth.deviceAuthorizationRequest(server, tv, oauth.None(), { scope: 'openid profile' }, http);
    const device = await oauth.processDeviceAuthorizationResponse(server, tv, begun);
    const poll = async () => {
      const answer = await oauth.deviceCodeGrantRequest(server, tv, oauth.None(), device.device_code, http);
      return oauth.processDeviceCodeResponse(server, tv, answer);
    };
    await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending', status: 400 });
    expect(await approve(device.verification_uri_complete!)).toMatchObject({ page: 'device-done' });
    await new Promise((resolve) => setTimeout(resolve, device.interval! * 1_000));
    const tokens = await poll();
    const { sub } = oauth.getValidatedIdTokenClaims(tokens)!;
    const answer = await oauth.userInfoRequest(server, tv, tokens.access_token, http);
    expect(await oauth.processUserInfoResponse(server, tv, sub, answer)).toMatchObject({ name: 'Anna Example' });
  });
});
