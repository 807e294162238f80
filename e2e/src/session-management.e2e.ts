import { beforeEach, describe, expect, it } from '@jest/globals';
import { shopTab } from './application.js';
import { issuer, origin } from './provider.js';
import { password, shop } from './setup/declaration.js';

const callback = `if (window.parent !== window)
  new oidc.UserManager({ authority: '-', client_id: '-', redirect_uri: '-' }).signinSilentCallback();`;
const tab = shopTab(origin, ['oidc-client-ts'], callback);
const id = '5c9b079883e333d55a101085';
const manager = (more = '') => `const manager = new oidc.UserManager({ authority: '${issuer}', client_id: '${id}',
  redirect_uri: '${shop}/cb', silent_redirect_uri: '${shop}/cb', post_logout_redirect_uri: '${shop}/bye',
  scope: 'openid profile', userStore: new oidc.WebStorageStateStore({ store: localStorage }), ${more} });`;

interface Status {
  readonly session_state: string | null;
  readonly sub: string | null;
}

/** A page that monitors the session and writes down what it is told of. */
const monitor = () =>
  tab().run(`${manager('monitorSession: true, checkSessionIntervalInSeconds: 1')}
    window.told = [];
    for (const name of ['UserSignedIn', 'UserSignedOut', 'UserSessionChanged'])
      manager.events['add' + name](() => window.told.push(name));
    window.manager = manager;`);
const told = () => tab().run<string[]>('return window.told;');
const hears = (name: string) => tab().page.waitForFunction(`window.told.includes('${name}')`);
const status = () =>
  tab().run<Status | string>(`${manager()} return manager.querySessionStatus()
  .then((status) => ({ ...status }), ({ error }) => error);`);
const elsewhere = async (url: string) => {
  const page = await tab().context.newPage();
  await page.goto(url);
  return page;
};
/** Somebody signs in at another application, which is not there to be shown. */
const signsInElsewhere = async (as: string) => {
  const request = {
    client_id: 'first-party',
    redirect_uri: 'https://first-party.example.test/cb',
    response_type: 'code',
  };
  const query = new URLSearchParams({ ...request, scope: 'openid', prompt: 'login' });
  const page = await elsewhere(`${issuer}/auth?${query.toString()}`);
  await page.fill('[name=identifier]', as);
  await page.fill('[name=password]', password);
  await page.click('button:not([name=answer])', { noWaitAfter: true });
};
const pause = (ms: number) => tab().page.waitForTimeout(ms);

beforeEach(async () => {
  await tab().page.goto(`${shop}/`);
  await tab().leave(`${manager()} await manager.signinRedirect();`, (url) => url.origin === origin);
  await tab().signIn();
  await tab().run(`${manager()} await manager.signinRedirectCallback();`);
  await tab().page.goto(`${shop}/`);
});

describe('OpenID Connect Session Management 1.0 with oidc-client-ts', () => {
  it('§2: a sign-in tells the session state, and querySessionStatus the person', async () => {
    const user = await tab().run<{ session_state: string; profile: { sub: string } }>(
      `${manager()} return { ...await manager.getUser() };`,
    );
    expect(user.session_state).toMatch(/^[\w-]{43}\.[\w-]{43}$/);
    expect(await status()).toMatchObject({ sub: user.profile.sub, session_state: expect.any(String) });
  });

  it('§3.2: while nothing changes the page hears nothing, however often it asks; and we are asked once', async () => {
    const asked: string[] = [];
    tab().page.on(
      'request',
      (request) => request.url().startsWith(origin) && asked.push(new URL(request.url()).pathname),
    );
    await monitor();
    await pause(3500);
    expect(await told()).toEqual([]);
    expect(asked.filter((path) => path === '/oidc/session/check')).toHaveLength(2);
    expect(asked.filter((path) => path === '/oidc/auth')).toEqual([]);
  });

  it.each([
    ['a logout by a link', `${origin}/login/profile/logout`],
    ['a logout by script', `${origin}/logout`],
  ])('§3.2: %s in another window is noticed, and querySessionStatus says so', async (_, url) => {
    await monitor();
    await pause(1500);
    await (await elsewhere(url)).close();
    await hears('UserSignedOut');
    expect(await status()).toBe('login_required');
  });

  it('§3.2: a logout of this application itself, by the standard', async () => {
    await monitor();
    const other = await elsewhere(`${issuer}/session/end`);
    await other.click('button[value=logout]');
    await other.waitForSelector('[data-page=logged-out]');
    await hears('UserSignedOut');
  });

  it('§3.2: the same person signs in again, also at another application: the session state changes, the person stays', async () => {
    await monitor();
    await pause(1500);
    await signsInElsewhere('bob');
    await hears('UserSessionChanged');
    expect(await told()).not.toContain('UserSignedOut');
  });

  it('§3.2: somebody else signs in: that is a logout of the person before', async () => {
    await monitor();
    await pause(1500);
    await signsInElsewhere('anna');
    await hears('UserSignedOut');
  });

  it('§3.2: a session that the browser has lost is noticed', async () => {
    await monitor();
    await pause(1500);
    await tab().context.clearCookies();
    await hears('UserSignedOut');
  });
});
