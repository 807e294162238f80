import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { complaintsOf, launchChromium } from '@portico/testing';
import * as oidc from 'openid-client';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { httpBrowser } from './http-browser.js';
import { issuer, origin } from './provider.js';
import { configuration } from './relying-party.js';
import { password, secret } from './setup/declaration.js';

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
const fetchJson = async (path: string, form: Record<string, string>, headers: Record<string, string> = {}) => {
  const response = await fetch(`${issuer}${path}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers,
    signal: AbortSignal.timeout(15_000),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, string>,
  };
};
const begin = async (client_id = 'tv') =>
  (await fetchJson('/device/auth', { client_id, scope: 'openid profile offline_access' })).body;
const poll = async (device_code: string, client_id = 'tv') =>
  (await fetchJson('/token', { grant_type: grantType, client_id, device_code })).body;
const basic = (id: string) => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` });

/** A person with a browser of their own, from the code to the end. */
const approve = async (uri: string, answer = 'continue') => {
  const browser = httpBrowser();
  return browser.through(await browser.submit(await browser.open(uri), { answer }));
};

describe('RFC 8628: a device, on openid-client', () => {
  it('waits, gets tokens, tells who it is, and refreshes', async () => {
    const config = await configuration('tv');
    config.timeout = 15;
    const device = await oidc.initiateDeviceAuthorization(config, { scope: 'openid profile offline_access' });
    expect(device).toMatchObject({ verification_uri: `${origin}/device`, expires_in: 600, interval: 5 });
    const waiting = oidc.pollDeviceAuthorizationGrant(config, device);
    expect(await approve(device.verification_uri_complete!)).toMatchObject({ status: 200, page: 'device-done' });
    const tokens = await waiting;
    const person = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub);
    expect(person.name).toBe('Anna Example');
    expect(await oidc.refreshTokenGrant(config, tokens.refresh_token!)).toHaveProperty('access_token');
  });

  it('RFC 8628 §3.5: is told that the person said no', async () => {
    const config = await configuration('tv');
    const device = await oidc.initiateDeviceAuthorization(config, { scope: 'openid' });
    await approve(device.verification_uri_complete!, 'deny');
    const refused = oidc.pollDeviceAuthorizationGrant(config, { ...device, interval: 1 });
    await expect(refused).rejects.toMatchObject({ error: 'access_denied', status: 400 });
  });
});

describe('RFC 8628 §3.3: the verification page', () => {
  it('§5.4: asks for the code of every device, OpenID Connect Core 1.0 §3.1.2.4: and for the scopes once', async () => {
    const browser = httpBrowser();
    await browser.through(await browser.open((await begin()).verification_uri_complete!));
    const { verification_uri_complete: uri, user_code: code, device_code: device } = await begin();
    const confirm = await browser.open(uri!);
    expect(confirm).toMatchObject({ status: 200, page: 'device-confirm', html: expect.stringContaining(code!) });
    expect(await poll(device!)).toMatchObject({ error: 'authorization_pending' });
    expect(await browser.submit(confirm, { answer: 'continue' })).toMatchObject({ status: 200, page: 'device-done' });
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(await poll(device!)).toHaveProperty('refresh_token');
  });

  it('OpenID Connect Core 1.0 §3.1.2.1: speaks the language that the device has asked for, to the end', async () => {
    const params = { client_id: 'tv', scope: 'openid', ui_locales: 'fr zh-CN' };
    const { body: device } = await fetchJson('/device/auth', params);
    const browser = httpBrowser();
    let landing = await browser.open(device.verification_uri_complete!);
    const pages: string[] = [];
    for (const answer of [{ answer: 'continue' }, { identifier: 'anna', password }]) {
      expect(landing.html).toContain('lang="zh-CN"');
      pages.push(landing.page!);
      landing = await browser.submit(landing, answer);
    }
    landing = await browser.through(landing);
    expect([...pages, landing.page]).toEqual(['device-confirm', 'sign-in', 'device-done']);
    expect(landing.html).toContain('lang="zh-CN"');
    const typed = await browser.submit(await browser.open(`${origin}/device?ui_locales=zh-CN`), { user_code: 'x' });
    expect(typed).toMatchObject({ status: 422, html: expect.stringContaining('lang="zh-CN"') });
  });
});

describe('RFC 8628 §3.4, §3.5: at the token endpoint', () => {
  it('of 20 polls at once, before: one is in time; after: one gets the tokens', async () => {
    const device = await begin();
    const before = await Promise.all(Array.from({ length: 20 }, () => poll(device.device_code!)));
    expect(before.filter(({ error }) => error === 'authorization_pending')).toHaveLength(1);
    expect(before.filter(({ error }) => error === 'slow_down')).toHaveLength(19);
    await approve(device.verification_uri_complete!);
    const after = await Promise.all(Array.from({ length: 20 }, () => poll(device.device_code!)));
    expect(after.filter(({ access_token: token }) => token !== undefined)).toHaveLength(1);
    expect(after.filter(({ error }) => error === 'invalid_grant')).toHaveLength(19);
  });

  it('expired_token', async () => {
    const { body: device } = await fetchJson('/device/auth', {}, basic('brief-device'));
    expect(device.expires_in).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const { status, body } = await fetchJson(
      '/token',
      { grant_type: grantType, device_code: device.device_code! },
      basic('brief-device'),
    );
    expect([status, body.error]).toEqual([400, 'expired_token']);
    const late = await httpBrowser().open(device.verification_uri_complete!);
    expect([late.status, late.page]).toEqual([422, 'device-code']);
  });

  it('RFC 6749 §5.1: nothing of it is to be stored; a script of any origin may ask', async () => {
    const headers = { origin: 'https://tv.example.test' };
    const answer = await fetchJson('/device/auth', { client_id: 'tv' }, headers);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://tv.example.test');
    expect((await fetchJson('/device/auth', { client_id: 'printer' })).body.error).toBe('invalid_client');
    expect((await fetchJson('/device/auth', {}, basic('basic'))).body.error).toBe('unauthorized_client');
  });
});

describe('in Chromium', () => {
  let chromium: Browser;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    chromium = await launchChromium();
  }, 60_000);
  afterAll(() => chromium.close());
  afterEach(() => context.close());
  const open = async (options: BrowserContextOptions) => {
    context = await chromium.newContext(options);
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
  };
  const shown = () => page.locator('main').getAttribute('data-page');
  const signIn = async (identifier: string) => {
    await page.fill('[name=identifier]', identifier);
    await page.fill('[name=password]', password);
    await page.click('button:not([name=answer])');
  };

  it.each([
    // Each time somebody who has not agreed yet.
    ['on a desktop', 'bob', { locale: 'en' }],
    [
      'on a phone, in Chinese',
      'carol',
      { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, locale: 'zh-CN' },
    ],
    ['without script', 'claire', { javaScriptEnabled: false, locale: 'en' }],
  ])('RFC 8628 §3.3: a person types the code and connects the device, %s', async (_, person, options) => {
    await open(options);
    const complaints = complaintsOf(page);
    const device = await begin();
    await page.goto(device.verification_uri!);
    await page.fill('[name=user_code]', 'nonsense');
    await page.click('button');
    expect(await page.textContent('[role=alert]')).toBeTruthy();
    expect(await page.inputValue('[name=user_code]')).toBe('nonsense');
    await page.fill('[name=user_code]', device.user_code!.toLowerCase().replace('-', ' '));
    await page.click('button');
    expect(await shown()).toBe('device-confirm');
    expect(await page.textContent('main')).toContain('Television');
    expect(await page.textContent('[data-user-code]')).toBe(device.user_code);
    await page.click('button[value=continue]');
    expect(await shown()).toBe('sign-in');
    await signIn(person);
    expect(await shown()).toBe('consent');
    await page.click('button[value=allow]');
    expect(await shown()).toBe('device-done');
    expect(await page.getAttribute('html', 'lang')).toBe(options.locale);
    expect(complaints).toEqual([]);
    expect(await poll(device.device_code!)).toHaveProperty('access_token');
  });

  it('RFC 8628 §3.3.1: the picture is one, and another page can show it', async () => {
    await open({});
    const { verification_qr_uri: uri } = await begin();
    const answer = await fetch(uri!, { signal: AbortSignal.timeout(15_000) });
    expect(answer.headers.get('content-type')).toBe('image/svg+xml');
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'");
    expect((await fetch(`${origin}/device/qr?user_code=x`, { signal: AbortSignal.timeout(15_000) })).status).toBe(400);
    await page.setContent(`<img src="${uri!}">`);
    await page.waitForFunction(() => document.images[0]?.complete);
    expect(await page.evaluate(() => document.images[0]?.naturalWidth)).toBeGreaterThan(100);
  });
});
