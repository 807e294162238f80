import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { launchChromium } from '@portico/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { issuer, origin } from './provider.js';
import { password } from './setup/declaration.js';

// The published bundles, unmodified, in a page of the application.
const bundle = (path: string): string => new URL(`../../node_modules/${path}`, import.meta.url).pathname;
const scripts = {
  '/oidc-client-ts.js': bundle('oidc-client-ts/dist/browser/oidc-client-ts.js'),
  '/axios.js': bundle('axios/dist/axios.js'),
  '/authing.js': bundle('@authing/web/dist/global/index.global.js'),
};
const page = `<!doctype html><title>application</title>${Object.keys(scripts)
  .map((path) => `<script src="${path}"></script>`)
  .join('')}`;

let shop: Server;
let application: string;
let chromium: Browser;
let context: BrowserContext;
let tab: Page;
beforeAll(async () => {
  shop = createServer((request, response) => {
    const path = Object.entries(scripts).find(([name]) => request.url === name)?.[1];
    const type = path ? 'text/javascript' : 'text/html';
    void (path ? readFile(path, 'utf8') : Promise.resolve(page)).then((text) =>
      response.setHeader('content-type', `${type}; charset=utf-8`).end(text),
    );
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  const { port } = shop.address() as AddressInfo;
  application = `http://127.0.0.1:${port}/cb`;
  // @authing/web wants a provider without a port.
  chromium = await launchChromium([`--host-resolver-rules=MAP 127.0.0.1:80 127.0.0.1:${new URL(origin).port}`]);
}, 60_000);
afterAll(async () => {
  await chromium.close();
  shop.close();
});
beforeEach(async () => {
  context = await chromium.newContext();
  tab = await context.newPage();
  tab.setDefaultTimeout(15_000);
});
afterEach(() => context.close());

const signIn = async () => {
  await tab.fill('[name=identifier]', 'bob');
  await tab.fill('[name=password]', password);
  await tab.click('button:not([name=answer])');
  await tab.waitForURL((url) => url.href.startsWith(application) || url.pathname === '/interaction');
  if (!tab.url().startsWith(application)) await tab.click('button[value=allow]');
  await tab.waitForURL((url) => url.href.startsWith(application));
};
/** Runs in the page of the application, where the SDKs are globals. */
const inPage = <Result>(script: string): Promise<Result> => tab.evaluate(`(async () => { ${script} })()`);

/** The same where the page goes away meanwhile. */
const leaving = (script: string): Promise<unknown> => inPage(script).catch(() => undefined);

describe('oidc-client-ts', () => {
  const manager =
    () => `const manager = new oidc.UserManager({ authority: '${issuer}', client_id: 'loopback-spa', redirect_uri: '${application}',
    silent_redirect_uri: '${application}', scope: 'openid profile offline_access',
    prompt: 'consent', userStore: new oidc.WebStorageStateStore({ store: localStorage }) });`;

  it('signs in by redirect, loads user info, refreshes and signs out', async () => {
    await tab.goto(application);
    await Promise.all([tab.waitForURL(`${origin}/**`), leaving(`${manager()} await manager.signinRedirect();`)]);
    await signIn();
    const user = await inPage<{ profile: Record<string, unknown>; refresh_token: string }>(
      `${manager()} return JSON.parse(JSON.stringify(await manager.signinRedirectCallback()));`,
    );
    expect(user.profile).toMatchObject({ iss: issuer, aud: 'loopback-spa' });
    const fresh = await inPage<{ refresh_token: string }>(
      `${manager()} return JSON.parse(JSON.stringify(await manager.signinSilent()));`,
    );
    expect(fresh.refresh_token).not.toBe(user.refresh_token);
    await Promise.all([
      tab.waitForSelector('[data-page=logged-out]'),
      leaving(`${manager()} await manager.signoutRedirect();`),
    ]);
  });
});

describe('@authing/web', () => {
  const sdk =
    () => `const sdk = new AuthingFactory.Authing({ domain: 'http://127.0.0.1', appId: 'loopback-spa', userPoolId: 'pool',
    redirectUri: '${application}', scope: 'openid profile offline_access' });`;

  it('signs in by redirect with PKCE and a fragment, refreshes, and knows the session silently', async () => {
    await tab.goto(application);
    await Promise.all([tab.waitForURL('http://127.0.0.1/**'), leaving(`${sdk()} await sdk.loginWithRedirect();`)]);
    await signIn();
    expect(new URL(tab.url()).hash).toContain('code=');
    const state = await inPage<Record<string, unknown>>(`${sdk()} return sdk.handleRedirectCallback();`);
    expect(state).toMatchObject({
      accessToken: expect.any(String),
      idToken: expect.any(String),
      parsedIdToken: { aud: 'loopback-spa' },
    });
    const silent = await inPage<Record<string, unknown> | null>(
      `${sdk()} return sdk.getLoginState({ ignoreCache: true });`,
    );
    expect(silent).toMatchObject({ parsedIdToken: { sub: (state.parsedIdToken as { sub: string }).sub } });
  });

  it('nobody is signed in: null, by the message of a hidden frame', async () => {
    await tab.goto(application);
    expect(await inPage(`${sdk()} return sdk.getLoginState({ ignoreCache: true });`)).toBeNull();
  });
});
