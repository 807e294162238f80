import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { launchChromium } from '@portico/testing';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { issuer, origin } from './provider.js';
import { password } from './setup/declaration.js';

let chromium: Browser;
let context: BrowserContext;
let page: Page;

// The applications: whatever arrives at them is shown as they got it.
const shop = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => void parts.push(part));
  request.on('end', () => {
    response
      .setHeader('content-type', 'text/html')
      .end(`<title>back</title><pre>${Buffer.concat(parts).toString()}</pre>`);
  });
});
beforeAll(async () => {
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  const { port } = shop.address() as AddressInfo;
  chromium = await launchChromium([`--host-resolver-rules=MAP *.example.test 127.0.0.1:${port}`]);
}, 60_000);
afterAll(async () => {
  await chromium.close();
  shop.close();
});

const applications = /^http:\/\/[a-z0-9-]+\.example\.test\//;
const open = async (options: BrowserContextOptions = {}) => {
  context = await chromium.newContext(options);
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
};
beforeEach(() => open());
afterEach(() => context.close());

const authorization = (more: Record<string, string> = {}, id = 'basic') =>
  `${issuer}/auth?${new URLSearchParams({ client_id: id, redirect_uri: `http://${id}.example.test/cb`, response_type: 'code', scope: 'openid profile', state: 's.1', ...more }).toString()}`;
const shown = () => page.locator('main').getAttribute('data-page');
const signIn = async (as = 'bob', secret = password) => {
  await page.fill('[name=identifier]', as);
  await page.fill('[name=password]', secret);
  await page.click('button:not([name=answer])');
};
const arrived = async () => {
  await page.waitForURL(applications);
  return new URL(page.url());
};

describe('a person in Chromium', () => {
  it.each([
    ['on a desktop', {}],
    ['on a phone', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }],
    ['without script', { javaScriptEnabled: false }],
  ])('signs in and agrees, %s', async (_, options) => {
    await context.close();
    await open(options);
    await page.goto(authorization({ prompt: 'consent' }));
    expect(await shown()).toBe('sign-in');
    expect(
      await page
        .evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)
        .catch(() => true),
    ).toBe(true);
    await signIn();
    expect(await shown()).toBe('consent');
    expect(await page.textContent('main')).toContain('Basic Books');
    expect(await page.textContent('main')).toContain('Bob <b>Builder</b>');
    await page.click('button[value=allow]');
    const url = await arrived();
    expect(url.searchParams.get('code')).toMatch(/^[\w-]{48}$/);
    expect([url.searchParams.get('state'), url.searchParams.get('iss')]).toEqual(['s.1', issuer]);
  });

  it('mistypes the password, tries again, and is signed in at the next application too', async () => {
    await page.goto(authorization());
    await signIn('bob', 'wrong');
    expect(await page.textContent('[role=alert]')).toBeTruthy();
    expect(await page.inputValue('[name=identifier]')).toBe('bob');
    await signIn();
    await page.waitForLoadState();
    if (!applications.test(page.url())) await page.click('button[value=allow]');
    await arrived();
    await page.goto(authorization({ prompt: 'consent' }, 'second'));
    expect(await shown()).toBe('consent');
    await page.click('button[value=deny]');
    expect((await arrived()).searchParams.get('error')).toBe('access_denied');
  });

  it.each([
    ['zh-CN by ui_locales', { ui_locales: 'zh-CN' }, 'en', 'zh-CN'],
    ['zh-CN by Accept-Language', {}, 'zh-CN', 'zh-CN'],
    ['en by ui_locales', { ui_locales: 'en' }, 'zh-CN', 'en'],
    ['en where nothing else fits', {}, 'fr-FR', 'en'],
  ])('reads %s', async (_, more, locale, expected) => {
    await context.close();
    await open({ locale });
    await page.goto(authorization(more));
    expect(await page.getAttribute('html', 'lang')).toBe(expected);
  });

  it('goes back by form_post', async () => {
    await page.goto(authorization({ response_mode: 'form_post', prompt: 'consent' }));
    await signIn();
    await page.click('button[value=allow]');
    await page.waitForURL(applications);
    expect(await page.textContent('pre')).toMatch(/code=[\w-]{48}.*state=s\.1|state=s\.1.*code=[\w-]{48}/);
  });

  it('signs out after being asked', async () => {
    await page.goto(authorization({ prompt: 'consent' }));
    await signIn();
    await page.click('button[value=allow]');
    await arrived();
    const bye = new URLSearchParams({
      client_id: 'basic',
      post_logout_redirect_uri: 'http://basic.example.test/bye',
      state: 'b',
    });
    await page.goto(`${issuer}/session/end?${bye.toString()}`);
    expect(await shown()).toBe('logout');
    await page.click('button[value=logout]');
    expect((await arrived()).href).toBe('http://basic.example.test/bye?state=b');
    await page.goto(authorization());
    expect(await shown()).toBe('sign-in');
  });

  it('the back button after the sign-in leads to a page that says what to do', async () => {
    await page.goto(authorization({ prompt: 'login consent' }));
    const address = page.url();
    await signIn();
    await page.click('button[value=allow]');
    await arrived();
    await page.goto(address);
    expect(await shown()).toBe('error');
  });

  it('the address of another browser’s sign-in page leads nowhere', async () => {
    await page.goto(authorization());
    const address = page.url();
    await context.close();
    await open();
    await page.goto(address);
    expect(await shown()).toBe('error');
  });
});

describe('the demo relying party', () => {
  it('runs code + PKCE in the browser, shows the tokens, refreshes and signs out', async () => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(origin);
    // The page asks for it when it is there already.
    const demoPassword = await page.locator('#password').filter({ hasText: /./ }).innerText();
    await page.click('#sign-in');
    await signIn('alice', demoPassword);
    await page.click('button[value=allow]');
    await page.locator('#id-token').filter({ hasText: '"sub"' }).waitFor();
    expect(await page.textContent('#access-token')).toContain('"client_id"');
    const before = await page.textContent('#access-token');
    await page.click('#refresh');
    await page.waitForFunction((old) => document.querySelector('#access-token')?.textContent !== old, before);
    await page.click('#sign-out');
    await page.locator('#signed-out').waitFor({ state: 'visible' });
    expect(complaints).toEqual([]);
  });
});
