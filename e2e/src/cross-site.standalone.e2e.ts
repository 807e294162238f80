import type { Server } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applicationPage, chromiumTab, listenAnywhere, type Tab } from './application.js';
import { httpsFront, proxyTo } from './https-front.js';
import { start, stopAll } from './setup/topology.js';

// Two sites by the rules of cookies, and a third that nobody has registered.
const provider = 'https://id.portico.test';
const shop = 'https://shop.example.test';
const stranger = 'https://stranger.other.test';
const id = '5c9b079883e333d55a101085';

const callback = `if (window.parent !== window)
  new oidc.UserManager({ authority: '-', client_id: '-', redirect_uri: '-' }).signinSilentCallback();`;
const page = applicationPage(['axios', '@authing/web', '@authing/sso', 'authing-js-sdk', 'oidc-client-ts'], callback);

let front: Server;
let port: number;
beforeAll(async () => {
  const settings = { PORTICO_ISSUER: `${provider}/oidc`, PORTICO_TRUST_PROXY: 'true' };
  const { issuer: behind } = await start(['apps/standalone/dist/main.js'], settings);
  const hosts = { [provider]: proxyTo(new URL(behind).origin), [shop]: page, [stranger]: page };
  front = await httpsFront(
    Object.fromEntries(Object.entries(hosts).map(([origin, listener]) => [new URL(origin).host, listener])),
  );
  port = await listenAnywhere(front);
}, 120_000);
afterAll(async () => {
  front.closeAllConnections();
  front.close();
  await stopAll();
}, 60_000);

const browserWith = (...flags: string[]): (() => Tab) =>
  chromiumTab({
    flags: () => Promise.resolve([`--host-resolver-rules=MAP *.test:443 127.0.0.1:${port}`, ...flags]),
    isHome: ({ origin }) => origin === shop,
    options: { ignoreHTTPSErrors: true },
  });

const web = `const sdk = new AuthingFactory.Authing({ domain: '${provider}', appId: '${id}', userPoolId: 'pool',
  redirectUri: '${shop}/cb', logoutRedirectUri: '${shop}/bye', scope: 'openid profile email phone offline_access' });`;
const sso = `const sdk = new AuthingSSO({ appId: '${id}', origin: '${provider}', redirectUri: '${shop}/cb' });`;
const js = `const sdk = new Authing.AuthenticationClient({ appId: '${id}', appHost: '${provider}', protocol: 'oidc' });`;
const oidc = `const sdk = new oidc.UserManager({ authority: '${provider}/oidc', client_id: '${id}',
  redirect_uri: '${shop}/cb', scope: 'openid profile' });`;

/** An application signs in by redirect, and monitors the session from then on. */
const monitoring = async (tab: () => Tab) => {
  await tab().page.goto(`${shop}/`);
  await tab().leave(`${oidc} await sdk.signinRedirect();`, ({ origin }) => origin === provider);
  await tab().signIn();
  await tab().run(`${oidc} await sdk.signinRedirectCallback();`);
  const monitored = oidc.replace('scope:', 'monitorSession: true, checkSessionIntervalInSeconds: 1, scope:');
  await tab().run(`${monitored} window.told = [];
    for (const name of ['UserSignedOut', 'UserSessionChanged']) sdk.events['add' + name](() => window.told.push(name));`);
  return { hears: (name: string) => tab().page.waitForFunction(`window.told.includes('${name}')`) };
};
const logoutInAnotherWindow = async (tab: () => Tab) => {
  const window = await tab().context.newPage();
  await window.goto(`${provider}/login/profile/logout`);
  await window.close();
};

const onSites = (tab: () => Tab) => {
  const call = <Result>(sdk: string, method: string) => tab().run<Result>(`${sdk} return sdk.${method};`);
  return {
    call,
    /** The same where it fails: the words of the error. */
    refusal: (sdk: string, method: string) =>
      tab().run<string>(`${sdk} return sdk.${method}.then(() => 'no error', ({ message }) => message);`),
    signedIn: async () => {
      await tab().page.goto(`${shop}/`);
      await tab().leave(`${web} await sdk.loginWithRedirect();`, ({ origin }) => origin === provider);
      await tab().signIn();
      return call<{ parsedIdToken: { sub: string } }>(web, 'handleRedirectCallback()');
    },
  };
};
const nobody = { session: null };
const bob = {
  session: { appId: id, type: 'oidc', userId: expect.any(String) },
  userInfo: { email: 'bob@example.test' },
};

describe('an application on another site than the provider, over https', () => {
  const tab = browserWith();
  const { call, refusal, signedIn } = onSites(tab);

  it('RFC 6265bis §4.1.2.7, §4.1.3.2: the cookies are of this host alone, Secure, and sent from other sites', async () => {
    await signedIn();
    const cookies = await tab().context.cookies(provider);
    const names = ['__Host-portico_browser', '__Host-portico_session', '__Host-portico_state'];
    expect(cookies.map(({ name }) => name).sort()).toEqual(names);
    for (const cookie of cookies)
      expect(cookie).toMatchObject({
        domain: 'id.portico.test',
        path: '/',
        secure: true,
        // OpenID Connect Session Management 1.0 §3.2: the one of the login state is for scripts.
        httpOnly: cookie.name !== '__Host-portico_state',
        sameSite: 'None',
      });
  });

  it('OpenID Connect Core 1.0 §3.1.2.1: silent sign-in in a hidden frame, before and after', async () => {
    await tab().page.goto(`${shop}/`);
    expect(await call(web, 'getLoginState({ ignoreCache: true })')).toBeNull();
    expect(await refusal(sso, 'getAccessTokenSilently()')).toContain('must be asked');
    expect(await refusal(oidc, 'signinSilent()')).toContain('must be asked');
    const { parsedIdToken } = await signedIn();
    const same = { sub: parsedIdToken.sub };
    expect(await call(web, 'getLoginState({ ignoreCache: true })')).toMatchObject({ parsedIdToken: same });
    expect(await call(sso, 'getAccessTokenSilently()')).toMatchObject({ id_token: expect.any(String) });
    expect(await call(oidc, 'signinSilent().then(({ profile }) => profile)')).toMatchObject(same);
  });

  it('OpenID Connect Session Management 1.0 §3.2: a logout elsewhere is noticed', async () => {
    const { hears } = await monitoring(tab);
    await tab().page.waitForTimeout(1500);
    expect(await tab().run('return window.told;')).toEqual([]);
    await logoutInAnotherWindow(tab);
    await hears('UserSignedOut');
  });

  it.each([
    ['authing-js-sdk', 'logout()', js],
    ['authing-js-sdk', 'logoutCurrent()', js],
    ['@authing/sso', 'logout()', sso],
  ])('%s: trackSession tells who is signed in, and %s ends it, with credentials', async (_, method, sdk) => {
    await signedIn();
    expect(await call(sdk, 'trackSession()')).toMatchObject(bob);
    await call(sdk, method);
    expect(await call(sdk, 'trackSession()')).toEqual(nobody);
    expect(await call(web, 'getLoginState({ ignoreCache: true })')).toBeNull();
  });

  it('a site that nobody registered: refused by the browser, and the session stays', async () => {
    await signedIn();
    await tab().page.goto(`${stranger}/`);
    for (const [sdk, method] of [
      [js, 'trackSession()'],
      [js, 'logout()'],
      [sso, 'trackSession()'],
      [sso, 'logout()'],
    ] as const)
      expect(await refusal(sdk, method)).toContain('Network Error');
    await tab().page.goto(`${shop}/`);
    expect(await call(sso, 'trackSession()')).toMatchObject(bob);
  });
});

describe('a browser that sends no cookies of other sites', () => {
  const tab = browserWith('--test-third-party-cookie-phaseout');
  const { call, refusal, signedIn } = onSites(tab);

  it('silent sign-in says at once that nobody is signed in; by redirect it works', async () => {
    await signedIn();
    expect(await call(sso, 'trackSession()')).toEqual(nobody);
    expect(await call(web, 'getLoginState({ ignoreCache: true })')).toBeNull();
    expect(await refusal(sso, 'getAccessTokenSilently()')).toContain('must be asked');
    await tab().page.goto(`${shop}/`);
    const again = `${web} await sdk.loginWithRedirect();`;
    await tab().leave(again, ({ origin, hash }) => origin === shop && hash.includes('code='));
    expect(await call(web, 'handleRedirectCallback()')).toMatchObject({ accessToken: expect.any(String) });
  });

  it('OpenID Connect Session Management 1.0 §5.1: whoever monitors is not told of changes that there are not', async () => {
    await monitoring(tab);
    const asked: string[] = [];
    tab().page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await tab().page.waitForTimeout(3500);
    expect(await tab().run('return window.told;')).toEqual([]);
    expect(asked).not.toContain('/oidc/auth');
  });
});
