import { describe, expect, it } from '@jest/globals';
import { shopTab } from './application.js';
import { issuer, origin } from './provider.js';
import { shop } from './setup/declaration.js';

const tab = shopTab(origin, ['axios', '@authing/web']);
const id = '5c9b079883e333d55a101085';
const sdk = (more = '') => `const sdk = new AuthingFactory.Authing({ domain: 'http://127.0.0.1', appId: '${id}',
  userPoolId: 'pool', redirectUri: '${shop}/cb', logoutRedirectUri: '${shop}/bye',
  scope: 'openid profile offline_access', ${more} });`;
const implicit = "useImplicitMode: true, scope: 'openid profile',";

interface LoginState {
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken?: string;
  readonly parsedIdToken: Record<string, unknown>;
}
const call = <Result>(method: string, more = '') => tab().run<Result>(`${sdk(more)} return sdk.${method};`);
const atProvider = (url: URL) => url.origin === 'http://127.0.0.1';
const bob = { accessToken: expect.stringMatching(/^eyJ/), parsedIdToken: { iss: issuer, aud: id } };

const signedIn = async (more = '', options = '') => {
  await tab().page.goto(`${shop}/`);
  await tab().leave(`${sdk(more)} await sdk.loginWithRedirect(${options});`, atProvider);
  await tab().signIn();
  expect(await call('isRedirectCallback()', more)).toBe(true);
  return call<LoginState>('handleRedirectCallback()', more);
};
const silent = (more = '') => call<LoginState | null>('getLoginState({ ignoreCache: true })', more);
/** What the SDK sends meanwhile to this path. */
const requestsTo = (path: string) => {
  const seen: string[] = [];
  tab().page.on('request', (request) => {
    if (new URL(request.url()).pathname === path) seen.push(request.method());
  });
  return seen;
};

describe('@authing/web', () => {
  it('code with PKCE in the fragment, with the application’s own state; from the cache without a request', async () => {
    const state = await signedIn('', "{ login_page_context: '{}', customState: { cart: 7 } }");
    expect(state).toMatchObject(bob);
    expect(new URL(tab().page.url()).hash).toContain('code=');
    const asked = requestsTo('/oidc/auth');
    expect(await call('getLoginState()')).toMatchObject({ accessToken: state.accessToken });
    expect(asked).toEqual([]);
  });

  it('getUserInfo: who is signed in', async () => {
    const { parsedIdToken } = await signedIn();
    expect(await call('getUserInfo()')).toMatchObject({ userId: parsedIdToken.sub, name: 'Bob <b>Builder</b>' });
  });

  it('implicit: both tokens in the fragment', async () => {
    const state = await signedIn(implicit);
    expect(new URL(tab().page.url()).hash).toMatch(/access_token=.*id_token=|id_token=.*access_token=/);
    expect(state).toMatchObject(bob);
    expect(state.refreshToken).toBeUndefined();
  });

  it('code in the query', async () => {
    expect(await signedIn("redirectResponseMode: 'query',")).toMatchObject(bob);
    expect(new URL(tab().page.url()).searchParams.has('code')).toBe(true);
  });

  it('forced: a person who is signed in is asked again', async () => {
    await signedIn();
    expect(await signedIn('', '{ forced: true }')).toMatchObject(bob);
  });

  it.each([
    ['code', ''],
    ['implicit', implicit],
  ])('popup, %s', async (_, more) => {
    await tab().page.goto(`${shop}/`);
    const opened = tab().page.waitForEvent('popup');
    const state = call<LoginState>('loginWithPopup()', more);
    await tab().signIn(await opened);
    expect(await state).toMatchObject(bob);
  });

  it('popup: the person declines', async () => {
    await tab().page.goto(`${shop}/`);
    const opened = tab().page.waitForEvent('popup');
    const refused = tab().run<string>(`${sdk()} return sdk.loginWithPopup().catch(({ message }) => message);`);
    const popup = await opened;
    await tab().signIn(popup, { as: 'carol', answer: 'deny' });
    expect(await refused).toContain('access_denied');
  });

  it('getLoginState by a hidden frame: with a session, and null without, on the answer and not for want of one', async () => {
    await tab().page.goto(`${shop}/`);
    const said: string[] = [];
    tab().page.on('console', (message) => said.push(message.text()));
    for (const more of ['', implicit]) expect(await silent(more)).toBeNull();
    // It got login_required; where no answer comes, the SDK speaks of 超时 after 5 seconds.
    expect(said).toEqual(['用户未登录', '用户未登录']);
    const { parsedIdToken } = await signedIn();
    for (const more of ['', implicit])
      expect(await silent(more)).toMatchObject({ parsedIdToken: { sub: parsedIdToken.sub } });
  });

  // The SDK never sends prompt=consent (OpenID Connect Core 1.0 §11), so that the application asks for it once itself.
  const staysConnected = async () => {
    const asked = new URLSearchParams({
      client_id: id,
      redirect_uri: `${shop}/cb`,
      response_type: 'code',
      scope: 'openid profile offline_access',
      prompt: 'consent',
      // RFC 7636 Appendix B.
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    });
    await tab().page.goto(`${issuer}/auth?${asked.toString()}`);
    await tab().signIn();
  };

  it('refreshToken, again and again; the one before is of no use', async () => {
    await staysConnected();
    const first = await signedIn('', '{ forced: true }');
    const second = await call<LoginState>('refreshToken()');
    expect(second).toMatchObject(bob);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect((await call<LoginState>('refreshToken()')).refreshToken).not.toBe(second.refreshToken);
  });

  it('introspectAccessToken: asked each time, and a revoked token is none', async () => {
    const { accessToken } = await signedIn();
    const asked = requestsTo('/oidc/token/introspection');
    expect(await call('getLoginState()', 'introspectAccessToken: true,')).toMatchObject({ accessToken });
    expect(asked).toContain('POST');
    const form = { client_id: id, token: accessToken };
    await fetch(`${issuer}/token/revocation`, {
      method: 'POST',
      body: new URLSearchParams(form),
      signal: AbortSignal.timeout(15_000),
    });
    const next = await call<LoginState>('getLoginState()', 'introspectAccessToken: true,');
    expect(next).toMatchObject(bob);
    expect(next.accessToken).not.toBe(accessToken);
  });

  it('logoutWithRedirect: to the registered page with the state, and nobody is signed in', async () => {
    await signedIn();
    await tab().leave(
      `${sdk()} await sdk.logoutWithRedirect({ state: 'a.b' });`,
      ({ pathname }) => pathname === '/bye',
    );
    expect(tab().page.url()).toBe(`${shop}/bye?state=a.b`);
    expect(await silent()).toBeNull();
  });

  it('logoutWithRedirect without a page to go to: stays at the provider', async () => {
    await signedIn();
    await tab().leave(`${sdk("logoutRedirectUri: '',")} await sdk.logoutWithRedirect();`, atProvider);
    await tab().page.waitForSelector('[data-page=logged-out]');
  });
});
