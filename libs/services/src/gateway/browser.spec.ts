import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { formPost, page, redirect, type Display, type EndpointReply, type Page } from '@portico/endpoint';
import type { Browser } from 'playwright-core';
import { complaintsOf, launchChromium } from '@portico/testing';
import { startGateway } from './gateway.fixture.js';

const form = { action: '/interaction/sign-in', interaction: 'i', csrf: 'c' };
const client = { name: 'Demo', logoUri: 'https://127.0.0.1:9/gone.png', policyUri: 'https://client.test/policy' };
const account = { name: 'Alice Example' };
const pages: Page[] = [
  { name: 'sign-in', ...form, client, identifier: 'alice', fault: 'wrong_credentials', cancellable: true },
  { name: 'select-account', ...form, client, account },
  {
    name: 'consent',
    ...form,
    client,
    account,
    scopes: ['openid', 'offline_access', 'https://api.test/a-scope-with-a-long-name'],
  },
  { name: 'logout', action: '/oidc/session/end', csrf: 'c', fields: {} },
  { name: 'logged-out' },
  { name: 'error', error: 'invalid_request', description: 'a'.repeat(200), correlationId: '0123456789abcdef' },
];

// A browser beside other tests on a small machine takes its time.
jest.setTimeout(60_000);

describe('in Chromium', () => {
  let browser: Browser;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let relyingParty: Server;
  let home: string;
  let model: Page;
  let display: Display | undefined;
  let authorized: () => EndpointReply;
  const posted: string[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
    // Another origin, and like many it sends the browser on to a third one.
    relyingParty = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => posted.push(chunk.toString()));
      request.on('end', () => {
        if (request.url?.startsWith('/cb')) response.writeHead(303, { location: `${home}/home` });
        response.end();
      });
    });
    await new Promise<void>((done) => relyingParty.listen(0, '127.0.0.1', done));
    const { port } = relyingParty.address() as AddressInfo;
    home = `http://localhost:${port}`;
    const callback = `http://127.0.0.1:${port}/cb`;
    authorized = () => formPost(callback, { code: 'c0de', submit: 'a name that hides the form’s own' });
    gateway = await startGateway({
      interaction: () => Promise.resolve(page(200, model, { display })),
      signIn: () => Promise.resolve(redirect('/oidc/auth/resume?interaction=i')),
      resume: () => Promise.resolve(redirect(`${callback}?code=c0de`)),
      authorize: () => Promise.resolve(authorized()),
    });
  });
  afterAll(async () => {
    await browser.close();
    relyingParty.closeAllConnections();
    relyingParty.close();
    await gateway.close();
  });

  it.each(['en', 'zh-CN'])('every page in %s keeps its own policy and fits 320 pixels', async (locale) => {
    const context = await browser.newContext({ locale, viewport: { width: 320, height: 640 } });
    const tab = await context.newPage();
    const complaints = complaintsOf(tab);
    for (model of pages) {
      await tab.goto(`${gateway.url}/interaction`);
      expect(await tab.getAttribute('html', 'lang')).toBe(locale);
      expect(await tab.getAttribute('main', 'data-page')).toBe(model.name);
      expect(await tab.evaluate(() => getComputedStyle(document.querySelector('main')!).maxWidth)).toBe('none');
      expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
      const heights = await tab
        .locator('button, input:not([type=hidden]), footer a')
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
      for (const height of heights) expect(height).toBeGreaterThanOrEqual(44);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each<[Display, { width: number; height: number }, number]>([
    ['page', { width: 1280, height: 800 }, 44],
    ['popup', { width: 480, height: 480 }, 44],
    ['touch', { width: 480, height: 800 }, 64],
    ['wap', { width: 240, height: 320 }, 0],
  ])(
    'OpenID Connect Core 1.0 §3.1.2.1: every page at display=%s keeps its own policy and fits %j',
    async (asked, viewport, least) => {
      display = asked;
      const context = await browser.newContext({ locale: 'en', viewport, javaScriptEnabled: asked !== 'wap' });
      const tab = await context.newPage();
      const complaints = complaintsOf(tab);
      for (model of pages) {
        await tab.goto(`${gateway.url}/interaction`);
        expect(await tab.getAttribute('main', 'data-display')).toBe(asked);
        expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
        const heights = await tab
          .locator('button, input:not([type=hidden])')
          .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
        for (const height of heights) expect(height).toBeGreaterThanOrEqual(least);
      }
      expect(complaints).toEqual([]);
      await context.close();
      display = undefined;
    },
  );

  it('OpenID Connect Core 1.0 §3.1.2.1: display=popup needs no scrolling in a dialog, and shows no frame of its own', async () => {
    display = 'popup';
    const context = await browser.newContext({ locale: 'en', viewport: { width: 480, height: 480 } });
    const tab = await context.newPage();
    for (model of pages) {
      await tab.goto(`${gateway.url}/interaction`);
      const { height, border } = await tab.evaluate(() => ({
        height: document.documentElement.scrollHeight,
        border: getComputedStyle(document.querySelector('main')!).borderTopWidth,
      }));
      expect([model.name, height <= 480, border]).toEqual([model.name, true, '0px']);
    }
    await context.close();
    display = undefined;
  });

  it.each([true, false])(
    'RFC 9700 §4.12: signing in ends at the client on another origin, and wherever that goes on to (scripts: %s)',
    async (javaScriptEnabled) => {
      const context = await browser.newContext({ javaScriptEnabled });
      const tab = await context.newPage();
      const complaints = complaintsOf(tab);
      model = { name: 'sign-in', ...form, client, cancellable: true };
      await tab.goto(`${gateway.url}/interaction`);
      await tab.getByLabel('User name, e-mail or phone').fill('alice');
      await tab.getByLabel('Password').fill('correct horse');
      await tab.keyboard.press('Enter');
      await tab.waitForURL(`${home}/home`, { timeout: 15_000 });
      expect(gateway.requests.find(({ url }) => url === '/interaction/sign-in')!.params).toEqual({
        interaction: ['i'],
        csrf: ['c'],
        identifier: ['alice'],
        password: ['correct horse'],
      });
      gateway.requests.length = 0;
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  it('cancelling needs no field filled in', async () => {
    const tab = await browser.newPage();
    model = { name: 'sign-in', ...form, client, cancellable: true };
    await tab.goto(`${gateway.url}/interaction`);
    await tab.getByRole('button', { name: 'Cancel' }).click();
    await tab.waitForURL(`${home}/home`, { timeout: 15_000 });
    expect(gateway.requests.find(({ url }) => url === '/interaction/sign-in')!.params).toMatchObject({
      answer: ['cancel'],
    });
    await tab.close();
  });

  it('OAuth 2.0 Form Post Response Mode §2: the form sends itself, and by its button without scripts', async () => {
    for (const javaScriptEnabled of [true, false]) {
      posted.length = 0;
      const context = await browser.newContext({ javaScriptEnabled });
      const tab = await context.newPage();
      const complaints = complaintsOf(tab);
      await tab.goto(`${gateway.url}/oidc/auth`);
      if (!javaScriptEnabled) await tab.getByRole('button', { name: 'Continue' }).click();
      await tab.waitForURL(`${home}/home`, { timeout: 15_000 });
      expect(new URLSearchParams(posted.join('')).get('code')).toBe('c0de');
      expect(complaints).toEqual([]);
      await context.close();
    }
  });
});
