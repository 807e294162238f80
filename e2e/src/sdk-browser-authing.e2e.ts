import { describe, expect, it } from '@jest/globals';
import { shopTab } from './application.js';
import { issuer, origin } from './provider.js';
import { shop } from './setup/declaration.js';

const id = '5c9b079883e333d55a101085';
// On the same machine, so that the cookie comes along; registered for no client.
const stranger = 'http://127.0.0.1:8098';
const nobody = { session: null };
const bob = {
  session: { appId: id, type: 'oidc', userId: expect.any(String) },
  userInfo: { email: 'bob@example.test' },
};
type Tokens = Record<string, string>;

describe('authing-js-sdk in a browser', () => {
  const tab = shopTab(origin, ['authing-js-sdk']);
  const sdk = `const sdk = new Authing.AuthenticationClient({ appId: '${id}', appHost: '${origin}', protocol: 'oidc',
    redirectUri: '${shop}/cb', tokenEndPointAuthMethod: 'none', introspectionEndPointAuthMethod: 'none',
    revocationEndPointAuthMethod: 'none' });`;
  const call = <Result>(method: string) => tab().run<Result>(`${sdk} return sdk.${method};`);
  const refused = (method: string) => tab().run<string>(`${sdk} return sdk.${method}.catch(({ message }) => message);`);

  const signedIn = async () => {
    await tab().page.goto(`${shop}/`);
    const start = `${sdk} const codeVerifier = sdk.generateCodeChallenge();
      sessionStorage.setItem('verifier', codeVerifier);
      const codeChallenge = sdk.getCodeChallengeDigest({ codeChallenge: codeVerifier, method: 'S256' });
      location.href = sdk.buildAuthorizeUrl({ scope: 'openid profile email offline_access', codeChallenge, codeChallengeMethod: 'S256' });`;
    await tab().leave(start, (url) => url.origin === origin);
    await tab().signIn();
    return call<Tokens>(`getAccessTokenByCode(new URL(location.href).searchParams.get('code'),
      { codeVerifier: sessionStorage.getItem('verifier') })`);
  };
  /** The paths that the browser asks about before it lets the script call them. */
  const preflights = async () => {
    const paths = new Set<string>();
    const session = await tab().context.newCDPSession(tab().page);
    session.on('Network.requestWillBeSent', ({ request }) => {
      if (request.method === 'OPTIONS') paths.add(new URL(request.url).pathname);
    });
    await session.send('Network.enable');
    return paths;
  };

  it('Fetch Standard §3.3: every call is preflighted, credentialed, and passes', async () => {
    const asked = await preflights();
    const tokens = await signedIn();
    expect(tokens).toMatchObject({ access_token: expect.stringMatching(/^eyJ/), refresh_token: expect.any(String) });
    const token = JSON.stringify(tokens.access_token);
    for (const options of ['{}', "{ method: 'GET', tokenPlace: 'header' }", "{ method: 'POST', tokenPlace: 'body' }"])
      expect(await call(`getUserInfoByAccessToken(${token}, ${options})`)).toMatchObject({ email: 'bob@example.test' });
    expect(await call(`validateToken({ accessToken: ${token} })`)).toMatchObject({ iss: issuer, aud: id });
    expect(await call(`introspectToken(${token})`)).toMatchObject({ active: true, client_id: id });
    const fresh = await call<Tokens>(`getNewAccessTokenByRefreshToken('${tokens.refresh_token!}')`);
    expect(await call(`revokeToken('${fresh.access_token!}')`)).toBe(true);
    expect(await call(`introspectToken('${fresh.access_token!}')`)).toEqual({ active: false });
    expect([...asked].sort()).toEqual([
      '/api/v2/oidc/validate_token',
      '/oidc/me',
      '/oidc/token',
      '/oidc/token/introspection',
      '/oidc/token/revocation',
    ]);
  });

  it.each(['logout()', 'logoutCurrent()'])('trackSession tells who is signed in, %s ends it', async (method) => {
    await signedIn();
    expect(await call('trackSession()')).toMatchObject(bob);
    await call(method);
    expect(await call('trackSession()')).toEqual(nobody);
    await call(method);
  });

  it('an error of the provider can be read', async () => {
    await tab().page.goto(`${shop}/`);
    const error = await tab().run(
      `${sdk} return sdk.getAccessTokenByCode('x', { codeVerifier: 'x' }).catch(({ response }) => [response.status, response.data.error]);`,
    );
    expect(error).toEqual([400, 'invalid_grant']);
  });

  it('a page of another origin: the browser refuses, the session stays and tells nothing', async () => {
    await signedIn();
    await tab().page.goto(`${stranger}/`);
    const answers: string[] = [];
    tab().page.on('response', (response) => {
      if (new URL(response.url()).pathname === '/cas/session' && response.request().method() === 'GET')
        void response.text().then(
          (text) => answers.push(text),
          () => undefined,
        );
    });
    for (const method of ['trackSession()', 'logout()', 'logoutCurrent()'])
      expect(await refused(method)).toContain('Network Error');
    await tab().page.goto(`${shop}/`);
    expect(await call('trackSession()')).toMatchObject(bob);
    expect(answers.join()).not.toContain('bob');
  });
});

describe('@authing/sso', () => {
  const tab = shopTab(origin, ['@authing/sso']);
  const sdk = (redirectUri = `${shop}/cb`) =>
    `const sdk = new AuthingSSO({ appId: '${id}', origin: '${origin}', redirectUri: '${redirectUri}' });`;
  const call = <Result>(method: string) => tab().run<Result>(`${sdk()} return sdk.${method};`);
  const silent = () =>
    tab().run<Tokens | string>(`${sdk()} return sdk.getAccessTokenSilently().catch(({ message }) => message);`);
  const signedIn = async (redirectUri?: string) => {
    await tab().page.goto(`${shop}/`);
    await tab().leave(`${sdk(redirectUri)} sdk.login();`, (url) => url.origin === origin);
    await tab().signIn();
    return call<Tokens>('getTokenSetFromUrlHash()');
  };

  it('login: both tokens in the fragment; user info by the token in the query', async () => {
    const tokens = await signedIn();
    expect(tokens).toMatchObject({ access_token: expect.any(String), id_token: expect.any(String) });
    expect(await call(`getUserInfoByAccessToken('${tokens.access_token!}')`)).toMatchObject({
      sub: expect.any(String),
      email: 'bob@example.test',
    });
  });

  it('redirect_uri is encoded twice: a space arrives as %20, and so it is registered', async () => {
    await signedIn(`${shop}/cb?shop=sea side`);
    expect(new URL(tab().page.url()).search).toBe('?shop=sea%20side');
  });

  it('getAccessTokenSilently, without prompt=none: refused at once without a session, tokens with one', async () => {
    await tab().page.goto(`${shop}/`);
    expect(await silent()).toContain('must be asked');
    expect(await tab().page.locator('iframe').count()).toBe(0);
    await signedIn();
    expect(await silent()).toMatchObject({ access_token: expect.any(String), id_token: expect.any(String) });
  });

  it('trackSession and logout', async () => {
    await tab().page.goto(`${shop}/`);
    expect(await call('trackSession()')).toEqual(nobody);
    await signedIn();
    expect(await call('trackSession()')).toMatchObject(bob);
    expect(await call('logout()')).toMatchObject({ code: 200 });
    expect(await call('trackSession()')).toEqual(nobody);
    expect(await silent()).toContain('must be asked');
  });

  it('a page of another origin: the browser refuses, also without a preflight, and the session stays', async () => {
    await signedIn();
    await tab().page.goto(`${stranger}/`);
    for (const method of ['trackSession()', 'logout()'])
      expect(await tab().run(`${sdk()} return sdk.${method}.catch(({ message }) => message);`)).toBe('Network Error');
    await tab().page.goto(`${shop}/`);
    expect(await call('trackSession()')).toMatchObject(bob);
  });

  it('popUpLogin: the tokens come by message', async () => {
    await tab().page.goto(`${shop}/`);
    const opened = tab().page.waitForEvent('popup');
    const tokens = tab().run<Tokens>(
      `${sdk()} return new Promise((resolve) => { sdk.onPopUpLoginSuccess(resolve); sdk.popUpLogin(); });`,
    );
    await tab().signIn(await opened);
    expect(await tokens).toMatchObject({ access_token: expect.any(String), id_token: expect.any(String) });
  });
});
