import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { launchChromium } from '@portico/testing';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { password, shop } from './setup/declaration.js';

// The published bundles, unmodified.
const bundles = {
  'oidc-client-ts': 'oidc-client-ts/dist/browser/oidc-client-ts.js',
  axios: 'axios/dist/axios.js',
  '@authing/web': '@authing/web/dist/global/index.global.js',
  '@authing/sso': '@authing/sso/dist/index.js',
  'authing-js-sdk': 'authing-js-sdk/build/browser/index.min.js',
} as const;
type Bundle = keyof typeof bundles;
const fileOf = (path: string): string => new URL(`../../node_modules/${path}`, import.meta.url).pathname;

/** The page of an application at every path, with the bundles as globals; `script` runs behind them. */
export const applicationPage = (names: readonly Bundle[], script = ''): RequestListener => {
  const tags = names.map((name) => `<script src="/bundles/${name}"></script>`).join('');
  const page = `<!doctype html><title>application</title><body>${tags}<script>${script}</script>`;
  return (request, response) => {
    const name = names.find((one) => request.url === `/bundles/${one}`);
    const type = name ? 'text/javascript' : 'text/html';
    void (name ? readFile(fileOf(bundles[name]), 'utf8') : Promise.resolve(page)).then((text) =>
      response.setHeader('content-type', `${type}; charset=utf-8`).end(text),
    );
  };
};

/** Listens at a free port of the loopback address; answers which. */
export const listenAnywhere = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

/** What a test does in the browser: one context a test, one tab to begin with. */
export interface Tab {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Runs in the page, where the SDKs are globals. */
  run<Result>(script: string): Promise<Result>;
  /** The same where the page goes away meanwhile, to a URL that fits. */
  leave(script: string, to: (url: URL) => boolean): Promise<void>;
  /** Signs in at the page of the provider, and agrees or not where asked, until the tab is back at the application. */
  signIn(window?: Page, how?: { readonly as?: string; readonly answer?: 'allow' | 'deny' }): Promise<void>;
}

interface Setting {
  /** The flags of the browser, once everything that they name is up. */
  readonly flags: () => Promise<readonly string[]>;
  /** Is the browser back at the application? */
  readonly isHome: (url: URL) => boolean;
  readonly options?: BrowserContextOptions;
}

/** A Chromium for the tests of a file. */
export const chromiumTab = ({ flags, isHome, options = {} }: Setting): (() => Tab) => {
  let chromium: Browser;
  let tab: Tab;
  beforeAll(async () => {
    chromium = await launchChromium(await flags());
  }, 120_000);
  afterAll(() => chromium.close());
  beforeEach(async () => {
    const context = await chromium.newContext(options);
    context.setDefaultTimeout(15_000);
    tab = tabOf(context, await context.newPage(), isHome);
  });
  afterEach(() => tab.context.close());
  return () => tab;
};

const tabOf = (context: BrowserContext, page: Page, isHome: Setting['isHome']): Tab => {
  const run = <Result>(script: string): Promise<Result> => page.evaluate(`(async () => { ${script} })()`);
  return {
    context,
    page,
    run,
    leave: async (script, to) => {
      await Promise.all([page.waitForURL(to), run(script).catch(() => undefined)]);
    },
    signIn: async (window = page, { as = 'bob', answer = 'allow' } = {}) => {
      await window.fill('[name=identifier]', as);
      await window.fill('[name=password]', password);
      await window.click('button:not([name=answer])');
      const button = window.locator(`button[value=${answer}]`);
      try {
        await window.waitForFunction(isPastSignIn);
        if (await button.isVisible()) await button.click();
      } catch (error) {
        // A popup may have come home and gone.
        if (!window.isClosed()) throw error;
      }
      if (window === page) await page.waitForURL(isHome);
    },
  };
};

const isPastSignIn = `document.title === 'application' || document.querySelector('[data-page=consent], [data-page=web-message]') !== null`;

/** The page of an application on the same machine, in a Chromium that finds it there and the provider without its port. */
export const shopTab = (origin: string, names: readonly Bundle[], script = ''): (() => Tab) => {
  const server = createServer(applicationPage(names, script));
  afterAll(() => void server.close());
  return chromiumTab({
    flags: async () => {
      const at = `127.0.0.1:${await listenAnywhere(server)}`;
      // @authing/web wants a provider without a port; an address beside that of the shop belongs to nobody.
      const rules = [`127.0.0.1:80 127.0.0.1:${new URL(origin).port}`, `127.0.0.1:8099 ${at}`, `127.0.0.1:8098 ${at}`];
      return [`--host-resolver-rules=${rules.map((rule) => `MAP ${rule}`).join(',')}`];
    },
    isHome: (url) => url.origin === shop,
  });
};
