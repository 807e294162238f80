import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { checkSessionFrame, empty, page, type Cookie, type EndpointRequest, type Page } from '@portico/endpoint';
import { complaintsOf, launchChromium } from '@portico/testing';
import type { Browser, BrowserContext, BrowserContextOptions, Page as Tab } from 'playwright-core';
import { startGateway } from './gateway.fixture.js';

// A browser beside other tests on a small machine takes its time.
jest.setTimeout(60_000);

const cookie: Cookie = {
  name: 'portico_state',
  value: 'the-state',
  path: '/',
  httpOnly: false,
  secure: false,
  sameSite: 'lax',
};

let browser: Browser;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let clients: Server;
let port: number;
let model: Page;
let verdict: (request: EndpointRequest) => number;
let context: BrowserContext | undefined;
let tab: Tab;
let complaints: string[];
const visited: string[] = [];
/** What a client does in its frame, and what it must not. */
const clearing = `<script>localStorage.clear(); fetch('/cleared');
  try { top.location = '/stolen'; } catch {} open('/opened');</script>`;

beforeAll(async () => {
  browser = await launchChromium();
  clients = createServer((request, response) => {
    visited.push(request.url ?? '');
    if (request.url?.startsWith('/slow')) return;
    if (request.url?.startsWith('/refuses')) response.setHeader('x-frame-options', 'DENY');
    const script = request.url?.startsWith('/script') ? clearing : '';
    response.setHeader('content-type', 'text/html').end(`<!doctype html><title>client</title>${script}`);
  });
  await new Promise<void>((done) => clients.listen(0, '127.0.0.1', done));
  ({ port } = clients.address() as AddressInfo);
  gateway = await startGateway({
    endSession: () => Promise.resolve(page(200, model)),
    checkSession: (request) =>
      Promise.resolve(
        request.method === 'POST' ? empty(verdict(request)) : checkSessionFrame(cookie.name, { cookies: [cookie] }),
      ),
  });
}, 60_000);
afterAll(async () => {
  await browser.close();
  clients.closeAllConnections();
  clients.close();
  await gateway.close();
});

/** A browser of its own for each test, or another one. */
const open = async (options: BrowserContextOptions = {}) => {
  await context?.close();
  context = await browser.newContext({ locale: 'en', ...options });
  tab = await context.newPage();
  tab.setDefaultTimeout(15_000);
  complaints = complaintsOf(tab);
};
beforeEach(async () => {
  visited.length = 0;
  gateway.requests.length = 0;
  await open();
});
afterEach(() => context?.close());

describe('OpenID Connect Front-Channel Logout 1.0 §3: the page at the end of a session', () => {
  const at = (path: string) => `http://localhost:${port}${path}`;
  const next = () => `http://127.0.0.1:${port}/bye?state=s`;
  const ends = async (...frames: string[]) => {
    model = { name: 'logged-out', frames, next: next() };
    const began = Date.now();
    await tab.goto(`${gateway.url}/oidc/session/end`, { waitUntil: 'commit' });
    await tab.waitForURL(next());
    return Date.now() - began;
  };

  it.each([true, false])('loads every frame, then goes on (scripts: %s)', async (javaScriptEnabled) => {
    await open({ javaScriptEnabled });
    await ends(at('/one?iss=a&sid=b'), at('/two'), `http://127.0.0.1:${port}/three`);
    expect(visited.filter((url) => !url.includes('favicon')).sort()).toEqual([
      '/bye?state=s',
      '/one?iss=a&sid=b',
      '/three',
      '/two',
    ]);
    expect(visited.indexOf('/bye?state=s')).toBeGreaterThan(2);
    expect(complaints).toEqual([]);
  });

  it('waits three seconds for one that does not load, and no longer', async () => {
    const took = await ends(at('/slow'), at('/one'));
    expect(took).toBeGreaterThan(2500);
    expect(took).toBeLessThan(10_000);
    expect(visited).toContain('/one');
  });

  it('does not wait for one that cannot be loaded', async () => {
    expect(await ends('http://127.0.0.1:9/gone', at('/refuses'), at('/one'))).toBeLessThan(2900);
    expect(visited).toContain('/one');
  });

  it('without scripts, and with one that does not load, there is a link', async () => {
    await open({ javaScriptEnabled: false });
    model = { name: 'logged-out', frames: [at('/slow')], next: next() };
    await tab.goto(`${gateway.url}/oidc/session/end`, { waitUntil: 'commit' });
    await tab.getByRole('link', { name: 'Go on' }).click({ noWaitAfter: true });
    await tab.waitForURL(next());
  });

  it('§2: a frame runs the script of its client on what it has kept, and leads nowhere', async () => {
    model = { name: 'logged-out', frames: [at('/script')] };
    await tab.goto(`${gateway.url}/oidc/session/end`);
    await tab.waitForTimeout(500);
    expect(visited).toContain('/cleared');
    expect(visited.filter((url) => /stolen|opened/.test(url))).toEqual([]);
    expect(new URL(tab.url()).pathname).toBe('/oidc/session/end');
  });

  it('stays where no client asked, with the frames loaded', async () => {
    model = { name: 'logged-out', frames: [at('/one')] };
    await tab.goto(`${gateway.url}/oidc/session/end`);
    expect(visited).toContain('/one');
    expect(await tab.locator('iframe').isVisible()).toBe(false);
    expect(await tab.getAttribute('main', 'data-page')).toBe('logged-out');
    expect(complaints).toEqual([]);
  });
});

describe('OpenID Connect Session Management 1.0 §3.2: the page that tells whether something has changed', () => {
  const salt = 'the-salt';
  const stateFor = (id: string, origin: string, state = cookie.value) =>
    `${createHash('sha256').update(`${id} ${origin} ${state} ${salt}`).digest('base64url')}.${salt}`;
  const own = () => `http://127.0.0.1:${port}`;

  /** An application at that origin loads the frame, asks, and waits for an answer, or half a second. */
  const monitor = async (origin = own()) => {
    await tab.goto(`${origin}/`);
    await tab.evaluate(
      (src) =>
        new Promise((loaded) => {
          const frame = document.createElement('iframe');
          frame.id = 'op';
          frame.onload = loaded;
          frame.src = src;
          document.body.append(frame);
        }),
      `${gateway.url}/oidc/session/check`,
    );
    return (data: unknown) =>
      tab.evaluate(
        ([message, target]) =>
          new Promise<unknown>((answered) => {
            const { contentWindow } = document.getElementById('op') as HTMLIFrameElement;
            addEventListener('message', ({ data: told, origin: from }) => answered(from === target ? told : from), {
              once: true,
            });
            setTimeout(() => answered('silence'), 500);
            contentWindow!.postMessage(message, target);
          }),
        [data, gateway.url] as const,
      );
  };
  beforeEach(() => {
    verdict = () => 204;
  });

  it('unchanged, and changed once the cookie is another one or gone', async () => {
    const ask = await monitor();
    const message = `web ${stateFor('web', own())}`;
    expect(await ask(message)).toBe('unchanged');
    await context?.addCookies([{ name: cookie.name, value: 'other', url: gateway.url }]);
    expect(await ask(message)).toBe('changed');
    expect(await ask(`web ${stateFor('web', own(), 'other')}`)).toBe('unchanged');
    await context?.clearCookies();
    expect(await ask(message)).toBe('changed');
    expect(complaints).toEqual([]);
  });

  it('the client id may have spaces; it is everything before the last one', async () => {
    const ask = await monitor();
    expect(await ask(`my own client ${stateFor('my own client', own())}`)).toBe('unchanged');
  });

  it.each([
    ['another client', () => `web ${stateFor('other', own())}`],
    ['another origin', () => `web ${stateFor('web', 'https://web.test')}`],
    ['another salt', () => `web ${stateFor('web', own())}x`],
  ])('changed: the session state of %s', async (_, message) => {
    expect(await (await monitor())(message())).toBe('changed');
  });

  it.each([
    ['', 'web', 'web ', ' x.y', 'web x', 'web x.y.z', 'web x.', 'web .y', 'wéb x.y', 'web\nx.y'],
    [null, 7, true, ['web', 'x.y'], { toString: 'web x.y' }, 'x'.repeat(100_000), `${'a '.repeat(50_000)}x.y`],
  ])('error, and nobody is asked, for what cannot be read: %#', async (...messages) => {
    const ask = await monitor();
    for (const message of messages) expect([message, await ask(message)]).toEqual([message, 'error']);
    expect(gateway.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('MUST reject messages from any other origin than an expected one: silence', async () => {
    verdict = () => 403;
    const ask = await monitor();
    expect(await ask(`web ${stateFor('web', own())}`)).toBe('silence');
    const asked = gateway.requests.filter(({ method }) => method === 'POST');
    expect(asked.map(({ params }) => params)).toEqual([{ client_id: ['web'], origin: [own()] }]);
  });

  it('asks us once for each client, of a few clients only, and again where we could not answer', async () => {
    const ask = await monitor();
    const message = `web ${stateFor('web', own())}`;
    verdict = () => 503;
    expect(await ask(message)).toBe('silence');
    verdict = () => 204;
    for (let turn = 0; turn < 3; turn += 1) expect(await ask(message)).toBe('unchanged');
    expect(gateway.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
    for (let at = 0; at < 15; at += 1) expect(await ask(`c${at} ${stateFor(`c${at}`, own())}`)).toBe('unchanged');
    expect(await ask(`many ${stateFor('many', own())}`)).toBe('silence');
    expect(await ask(message)).toBe('unchanged');
  });

  it('§5.1: a browser that keeps our cookies back from other sites is an error, never changed', async () => {
    const other = `http://localhost:${port}`;
    const ask = await monitor(other);
    expect(await ask(`web ${stateFor('web', other)}`)).toBe('error');
  });

  it('answers nobody without an origin', async () => {
    await tab.goto(`${own()}/`);
    const answer = await tab.evaluate(
      (src) =>
        new Promise((answered) => {
          const frame = document.createElement('iframe');
          frame.sandbox.add('allow-scripts');
          addEventListener('message', ({ data }) => answered(data));
          frame.srcdoc = `<iframe src="${src}" onload="this.contentWindow.postMessage('web x.y', '*')"></iframe>
            <script>addEventListener('message', ({ data }) => parent.postMessage(data, '*'))</script>`;
          document.body.append(frame);
          setTimeout(() => answered('silence'), 2000);
        }),
      `${gateway.url}/oidc/session/check`,
    );
    expect(answer).toBe('silence');
  });
});
