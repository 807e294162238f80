import { describe, expect, it } from '@jest/globals';
import { shopTab } from './application.js';
import { issuer, origin } from './provider.js';
import { shop } from './setup/declaration.js';

// What the callback page of an application does in a popup and in a hidden frame.
const callback = `
  const inFrame = window.parent !== window;
  if (window.opener || inFrame) {
    const manager = new oidc.UserManager({ authority: '-', client_id: '-', redirect_uri: '-' });
    inFrame ? manager.signinSilentCallback() : manager.signinPopupCallback();
  }`;
const tab = shopTab(origin, ['oidc-client-ts'], callback);
const id = '5c9b079883e333d55a101085';
const manager = (more = '') => `const manager = new oidc.UserManager({ authority: '${issuer}', client_id: '${id}',
  redirect_uri: '${shop}/cb', popup_redirect_uri: '${shop}/cb', silent_redirect_uri: '${shop}/cb',
  post_logout_redirect_uri: '${shop}/bye', scope: 'openid profile', loadUserInfo: true,
  userStore: new oidc.WebStorageStateStore({ store: localStorage }), ${more} });`;
const refreshing = "scope: 'openid profile offline_access', prompt: 'consent',";

interface User {
  readonly profile: Record<string, unknown>;
  readonly access_token: string;
  readonly refresh_token?: string;
}
const bob = { iss: issuer, aud: id, name: 'Bob <b>Builder</b>' };
const signedIn = async (more = '') => {
  await tab().page.goto(`${shop}/`);
  await tab().leave(`${manager(more)} await manager.signinRedirect();`, (url) => url.origin === origin);
  await tab().signIn();
  return tab().run<User>(`${manager(more)} return { ...await manager.signinRedirectCallback() };`);
};
const silent = () =>
  tab().run<User | string>(
    `${manager()} return manager.signinSilent().then((user) => ({ ...user }), ({ error }) => error);`,
  );

describe('oidc-client-ts', () => {
  it('signs in by redirect, loads user info, refreshes and signs out', async () => {
    const user = await signedIn(refreshing);
    expect(user.profile).toMatchObject(bob);
    const fresh = await tab().run<User>(`${manager(refreshing)} return { ...await manager.signinSilent() };`);
    expect(fresh.refresh_token).toEqual(expect.any(String));
    expect(fresh.refresh_token).not.toBe(user.refresh_token);
    await tab().leave(`${manager()} await manager.signoutRedirect();`, ({ pathname }) => pathname === '/bye');
    expect(await silent()).toBe('login_required');
  });

  it('OpenID Connect Core 1.0 §3.1.2.1: prompt=none in a hidden frame, with a session and without', async () => {
    const user = await signedIn();
    expect(user.refresh_token).toBeUndefined();
    const again = await silent();
    expect(again).toMatchObject({ profile: { ...bob, sub: user.profile.sub } });
    expect((again as User).access_token).not.toBe(user.access_token);
    await tab().context.clearCookies();
    expect(await silent()).toBe('login_required');
  });

  it('signs in by a popup, which closes', async () => {
    await tab().page.goto(`${shop}/`);
    const opened = tab().page.waitForEvent('popup');
    const user = tab().run<User>(`${manager()} return { ...await manager.signinPopup() };`);
    const popup = await opened;
    const closed = popup.waitForEvent('close');
    await tab().signIn(popup);
    expect((await user).profile).toMatchObject(bob);
    await closed;
  });
});
