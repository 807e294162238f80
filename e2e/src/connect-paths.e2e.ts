import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { topology } from './provider.js';
import { password, secret } from './setup/declaration.js';
import { start, stopAll, type Running } from './setup/topology.js';

const commands = { standalone: ['apps/standalone/dist/main.js'], services: ['tools/services.js'] };
const redirect_uri = 'https://basic.example.test/cb';

let provider: Running;
beforeAll(async () => {
  provider = await start(commands[topology], { PORTICO_PATHS: 'connect' });
}, 120_000);
afterAll(stopAll, 60_000);

/** Signs in by the forms of the provider, wherever they lead; answers where the browser leaves it. */
const callbackOf = async (url: URL): Promise<URL> => {
  const cookies = new Map<string, string>();
  const { origin } = new URL(provider.issuer);
  let next = url.href;
  let form: URLSearchParams | undefined;
  for (let turns = 0; turns < 12; turns += 1) {
    const response = await fetch(next, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: form } : {}),
      signal: AbortSignal.timeout(15_000),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const html = await response.text();
    form = undefined;
    if (location !== null) {
      const to = new URL(location, next);
      if (to.origin !== origin) return to;
      next = to.href;
      continue;
    }
    const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    form = new URLSearchParams(hidden.map(([, name = '', value = '']) => [name, value]));
    for (const [name, value] of Object.entries(
      html.includes('data-page="consent"') ? { answer: 'allow' } : { identifier: 'anna', password },
    ))
      form.set(name, value);
    next = new URL(/<form[^>]* action="([^"]+)"/.exec(html)?.[1] ?? '/', next).href;
  }
  throw new Error('the browser did not leave the provider');
};

describe('PORTICO_PATHS=connect', () => {
  it('a client that discovers signs in, reads user info, introspects, revokes and logs out at /connect', async () => {
    const { issuer } = provider;
    const { origin } = new URL(issuer);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; these tests speak http on the loopback address
    const execute = [client.allowInsecureRequests];
    const config = await client.discovery(new URL(issuer), 'basic', {}, client.ClientSecretBasic(secret), { execute });
    expect(config.serverMetadata()).toMatchObject({
      issuer,
      authorization_endpoint: `${origin}/connect/authorize`,
      token_endpoint: `${origin}/connect/token`,
      userinfo_endpoint: `${origin}/connect/userinfo`,
      introspection_endpoint: `${origin}/connect/introspect`,
      revocation_endpoint: `${origin}/connect/revocation`,
      end_session_endpoint: `${origin}/connect/endsession`,
      device_authorization_endpoint: `${origin}/connect/deviceauthorization`,
    });
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri,
      scope: 'openid email',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    const tokens = await client.authorizationCodeGrant(config, await callbackOf(url), { pkceCodeVerifier });
    const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub);
    expect(person.email).toBe('anna@example.test');
    expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: true });
    await client.tokenRevocation(config, tokens.access_token);
    expect(await client.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
    const logout = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token! });
    expect((await fetch(logout, { signal: AbortSignal.timeout(15_000) })).status).toBe(200);
  });

  const answerAt = (path: string, more: RequestInit = {}) =>
    fetch(new URL(path, provider.issuer), { redirect: 'manual', ...more, signal: AbortSignal.timeout(15_000) });

  it('the other set is not there', async () => {
    for (const path of ['auth', 'token', 'me', 'token/introspection', 'token/revocation', 'session/end', 'device/auth'])
      expect([path, (await answerAt(`/oidc/${path}`)).status]).toEqual([path, 404]);
  });

  it('the older paths are: a code, its token, the person and what is known of the token', async () => {
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const query = new URLSearchParams({
      client_id: 'basic',
      redirect_uri,
      response_type: 'code',
      scope: 'openid email',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    const { searchParams } = await callbackOf(new URL(`/oauth/oidc/auth?${query.toString()}`, provider.issuer));
    const exchange = await answerAt('/oauth/oidc/token', {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`basic:${secret}`)}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: searchParams.get('code')!,
        redirect_uri,
        code_verifier: pkceCodeVerifier,
      }),
    });
    const { access_token: token } = (await exchange.json()) as { access_token: string };
    const told = async (path: string): Promise<unknown> => (await answerAt(`${path}?access_token=${token}`)).json();
    expect(await told('/oauth/oidc/user/userinfo')).toMatchObject({ email: 'anna@example.test' });
    expect(await told('/oauth/oidc/validate_access_token')).toMatchObject({ state: 1, appId: 'basic' });
  });

  it('the keys are where IdentityServer has them too, below the issuer and at the origin', async () => {
    const keys: unknown = await (await answerAt('/oidc/.well-known/jwks.json')).json();
    expect(keys).toEqual({ keys: expect.arrayContaining([expect.objectContaining({ kid: expect.any(String) })]) });
    for (const base of ['/oidc', ''])
      expect(await (await answerAt(`${base}/.well-known/openid-configuration/jwks`)).json()).toEqual(keys);
  });
});
