import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { complaintsOf, launchChromium } from '@portico/testing';
import * as client from 'openid-client';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { listenAnywhere } from './application.js';
import { portico } from './command-line.js';
import { declare } from './discovered.js';
import { formOf, httpBrowser, type Landing } from './http-browser.js';
import { issuer, origin } from './provider.js';
import { signIn } from './relying-party.js';
import { password } from './setup/declaration.js';

const list = `${origin}/sessions`;

// People of their own: what is ended here, no other test stands on.
const people = Array.from({ length: 12 }, () => `at-${randomUUID()}`);
const nextPerson = (): string => {
  const person = people.pop();
  if (person === undefined) throw new Error('everybody has been somebody already');
  return person;
};
beforeAll(async () => {
  expect(await declare({ accounts: people.map((username) => ({ username, password, name: 'Somebody' })) })).toBe('');
}, 60_000);

interface Listed {
  readonly sid: string;
  readonly client_ids: string[];
}
const listed = async (person: string) =>
  JSON.parse(await portico(['session', 'list', '--account', person, '--json'])) as Listed[];

type HttpBrowser = ReturnType<typeof httpBrowser>;

/** A browser in which the person has signed in, at the list of their sessions. */
const at = async (person: string): Promise<{ browser: HttpBrowser; page: Landing }> => {
  const browser = httpBrowser();
  return { browser, page: await browser.through(await browser.open(list), person) };
};

/** What a client gets in that browser: without offline access, so that it ends with the session. */
const tokensAt = async (browser: HttpBrowser, id: string, scope = 'openid profile') =>
  signIn(id, { scope }, browser).then(({ config, tokens }) => ({ config, tokens }));
type Held = Awaited<ReturnType<typeof tokensAt>>;

const isActive = async ({ config, tokens }: Held) =>
  (await client.tokenIntrospection(config, tokens.access_token)).active;
const userinfoStatus = async ({ tokens }: Held) =>
  (await fetch(`${issuer}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } })).status;

/** A revocation reaches every process within its bound, which is less than this. */
const untilDead = async (held: Held): Promise<void> => {
  for (const giveUpAt = Date.now() + 5_000; Date.now() < giveUpAt;) {
    if (!(await isActive(held)) && (await userinfoStatus(held)) === 401) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the token is still active');
};
const lives = async (held: Held) => [await isActive(held), await userinfoStatus(held)];

/** The form of the page with which that session is ended. */
const formFor = ({ html, ...page }: Landing, sid: string): Landing => {
  const item = new RegExp(`<li data-sid="${sid}".*?<form.*?</form>`, 's').exec(html)?.[0] ?? '';
  return { ...page, html: item };
};
const sidsOn = ({ html }: Landing) => [...html.matchAll(/data-sid="([^"]+)"/g)].map(([, sid = '']) => sid);

describe('OpenID Connect Back-Channel Logout 1.0 §2.7: ending a session ends its tokens', () => {
  it.each(['basic', 'opaque'])(
    'by the command line, beside the running provider: %s',
    async (id) => {
      const person = nextPerson();
      const [one, two] = [await at(person), await at(person)];
      const [first, second] = [await tokensAt(one.browser, id), await tokensAt(two.browser, id)];
      const offline = await tokensAt(one.browser, 'second', 'openid offline_access');
      const [sid = ''] = sidsOn(one.page);
      const clients = (await listed(person)).map((listed) => [listed.sid, listed.client_ids.sort()]);
      expect(Object.fromEntries(clients)).toEqual({ [sid]: [id, 'second'], [sidsOn(two.page)[0] ?? '']: [id] });

      await portico(['session', 'end', sid]);
      await untilDead(first);
      expect(await lives(second)).toEqual([true, 200]);
      expect(await lives(offline)).toEqual([true, 200]);
      expect((await one.browser.open(list)).page).toBe('sign-in');
      expect((await two.browser.open(list)).page).toBe('sessions');

      await portico(['session', 'end', '--account', person]);
      await untilDead(second);
      expect(await lives(offline)).toEqual([true, 200]);
      await portico(['session', 'end', '--account', person, '--all']);
      await untilDead(offline);
      expect(await listed(person)).toEqual([]);
    },
    120_000,
  );

  it('on the page where a person sees their sessions', async () => {
    const person = nextPerson();
    const [here, there, third] = [await at(person), await at(person), await at(person)];
    const [mine, theirs] = [await tokensAt(here.browser, 'basic'), await tokensAt(there.browser, 'basic')];
    const last = await tokensAt(third.browser, 'opaque');
    const page = await here.browser.open(list);
    const [current = '', ...others] = sidsOn(page);
    expect(others).toHaveLength(2);
    expect(formOf(page.html)).toEqual({ action: '/oidc/session/end', fields: {} });

    const sid = sidsOn(await there.browser.open(list))[0] ?? '';
    expect(others).toContain(sid);
    const after = await here.browser.submit(formFor(page, sid), { answer: 'end' });
    expect(sidsOn(after)).toEqual([current, ...others.filter((other) => other !== sid)]);
    await untilDead(theirs);
    expect([await lives(mine), await lives(last)]).toEqual([
      [true, 200],
      [true, 200],
    ]);

    // Every form of the list has what ending the others takes.
    const alone = await here.browser.submit(formFor(after, others.find((other) => other !== sid) ?? ''), {
      answer: 'others',
    });
    expect(sidsOn(alone)).toEqual([current]);
    await untilDead(last);
    expect(await lives(mine)).toEqual([true, 200]);
  });

  it('with another password', async () => {
    const person = nextPerson();
    const { browser } = await at(person);
    const held = await tokensAt(browser, 'basic');
    await portico(['account', 'passwd', person, '--password-stdin'], { input: 'another one\n' });
    await untilDead(held);
    const page = await browser.open(list);
    expect(page.page).toBe('sign-in');
    expect((await browser.submit(page, { identifier: person, password })).page).toBe('sign-in');
    expect((await browser.submit(page, { identifier: person, password: 'another one' })).page).toBe('sessions');
  }, 60_000);

  it('a form that another person was sent ends nothing', async () => {
    const [one, other] = [await at(nextPerson()), await at(nextPerson())];
    const [sid = ''] = sidsOn(other.page);
    const forged = await one.browser.open(list, { answer: 'end', sid, csrf: 'guessed' });
    expect(forged).toMatchObject({ status: 403, page: 'error' });
    expect((await other.browser.open(list)).page).toBe('sessions');
  });
});

describe('in Chromium', () => {
  let chromium: Browser;
  const contexts: BrowserContext[] = [];
  const applications = createServer((_, response) => response.end('application'));
  beforeAll(async () => {
    const port = await listenAnywhere(applications);
    chromium = await launchChromium([`--host-resolver-rules=MAP *.example.test 127.0.0.1:${port}`]);
  }, 60_000);
  afterAll(async () => {
    await chromium.close();
    applications.close();
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });

  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await chromium.newContext(options);
    contexts.push(context);
    context.setDefaultTimeout(15_000);
    return context.newPage();
  };
  const enter = async (page: Page, person: string) => {
    await page.goto(list);
    expect(await page.locator('main').getAttribute('data-page')).toBe('sign-in');
    expect(await page.locator('button[value=cancel]').count()).toBe(0);
    await page.fill('[name=identifier]', person);
    await page.fill('[name=password]', password);
    await page.click('button[type=submit]');
    await page.locator('[data-page=sessions]').waitFor();
  };
  const items = (page: Page) => page.locator('[data-sid]');
  const shown = async (page: Page, count: number): Promise<void> => {
    for (const giveUpAt = Date.now() + 10_000; Date.now() < giveUpAt;) {
      if ((await items(page).count()) === count) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`there are no ${count} sessions on the page`);
  };
  const phone = {
    viewport: { width: 360, height: 740 },
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  };

  it.each([
    ['with script', {}],
    ['without script', { javaScriptEnabled: false }],
  ])('a person sees their devices and applications, and ends one, %s', async (_, options) => {
    const person = nextPerson();
    const there = await open(phone);
    await enter(there, person);
    const callback = 'http://basic.example.test/cb';
    const request = { client_id: 'basic', redirect_uri: callback, response_type: 'code', scope: 'openid' };
    await there.goto(`${issuer}/auth?${new URLSearchParams(request).toString()}`);
    await there.click('button[value=allow]');
    await there.waitForURL((url) => url.hostname === 'basic.example.test');

    const here = await open({ ...options, locale: 'en' });
    const complaints = complaintsOf(here);
    await enter(here, person);
    await shown(here, 2);
    expect(await items(here).nth(0).innerText()).toMatch(/Chrome on Linux\s+This browser[\s\S]*127\.0\.0\.1/);
    expect(await items(here).nth(1).innerText()).toMatch(/Safari on iOS[\s\S]*Basic Books[\s\S]*Sign out there/);

    await here.getByRole('button', { name: 'Sign out there' }).click();
    await shown(here, 1);
    expect(await here.getByRole('button', { name: 'Sign out everywhere else' }).count()).toBe(0);
    await there.goto(list);
    expect(await there.locator('main').getAttribute('data-page')).toBe('sign-in');

    await here.getByRole('button', { name: 'Sign out', exact: true }).click();
    await here.click('button[value=logout]');
    await here.locator('[data-page=logged-out]').waitFor();
    await here.goto(list);
    expect(await here.locator('main').getAttribute('data-page')).toBe('sign-in');
    expect(complaints).toEqual([]);
  });

  it('in Chinese, on a telephone, without anything cut off', async () => {
    const person = nextPerson();
    await enter(await open(), person);
    const page = await open({ ...phone, locale: 'zh-CN' });
    await enter(page, person);
    expect(await page.innerText('main')).toMatch(
      /您的登录位置[\s\S]*iOS 上的 Safari\s+当前浏览器[\s\S]*在该处退出登录/,
    );
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
    ).toBe(true);
    await page.getByRole('button', { name: '退出所有其他位置' }).click();
    await shown(page, 1);
  });

  it('the language that was asked for stays', async () => {
    const page = await open({ locale: 'en' });
    await page.goto(`${list}?ui_locales=zh-CN`);
    expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
    const person = nextPerson();
    await page.fill('[name=identifier]', person);
    await page.fill('[name=password]', password);
    await page.click('button[type=submit]');
    await page.locator('[data-page=sessions]').waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
    await page.locator('[data-current=true] button').click();
    await page.locator('[data-page=logout]').waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
  });
});
