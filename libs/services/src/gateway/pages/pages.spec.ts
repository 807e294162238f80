import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { displaySchema, pageSchema, type Page } from '@portico/endpoint';
import { formPostPolicy, pagePolicy, webMessagePolicy } from '../security/headers.js';
import { localeOf, type Locale } from './locale.js';
import { renderFormPost, renderPage, renderWebMessage } from './render.js';

/** Every page, with a text in every place that takes one. */
const pages = (text: string): Page[] => {
  const form = { action: `/interaction?${text}`, interaction: text, csrf: text };
  const uri = `https://client.test/${text}`;
  const client = { name: text, logoUri: uri, clientUri: uri, policyUri: uri, tosUri: uri };
  const account = { name: text };
  return [
    { name: 'sign-in', ...form, client, identifier: text, cancellable: true },
    { name: 'sign-in', ...form, client, fault: 'wrong_credentials', cancellable: false },
    { name: 'sign-in', ...form, client, fault: 'too_many_attempts', retryAfterSeconds: 90, cancellable: true },
    { name: 'sign-in', ...form, client, fault: 'too_many_attempts', cancellable: true },
    { name: 'select-account', ...form, client, account },
    { name: 'consent', ...form, client, account, scopes: ['openid', 'offline_access', text, 'constructor'] },
    { name: 'logout', action: form.action, csrf: text, fields: { [text]: text, state: text } },
    { name: 'logged-out', back: { name: text, uri } },
    { name: 'logged-out' },
    { name: 'still-signed-in' },
    { name: 'register', signIn: { name: text, uri }, back: { name: text, uri } },
    { name: 'register' },
    {
      name: 'device-code',
      action: form.action,
      csrf: text,
      userCode: text,
      uiLocales: text,
      fault: 'unknown_or_expired',
    },
    { name: 'device-code', action: form.action, csrf: text, fault: 'too_many_attempts', retryAfterSeconds: 90 },
    { name: 'device-confirm', action: form.action, csrf: text, client, userCode: text, uiLocales: text },
    { name: 'device-done', client, outcome: 'approved' },
    { name: 'device-done', client, outcome: 'denied' },
    { name: 'error', error: text, description: text, correlationId: text, back: { name: text, uri } },
    {
      name: 'sessions',
      action: form.action,
      csrf: text,
      signOut: form.action,
      uiLocales: text,
      account,
      at: 90_000,
      clients: { [text]: client, other: { name: text } },
      sessions: [
        {
          sid: text,
          current: true,
          browser: text,
          system: text,
          ip: text,
          startedAt: 0,
          lastUsedAt: 89_000,
          clientIds: [text, 'other', 'gone', 'constructor'],
        },
        { sid: text, current: false, startedAt: 0, lastUsedAt: 0, clientIds: [] },
      ],
    },
  ];
};
const locales: Locale[] = ['en', 'zh-CN'];
const displays = displaySchema.options;
const rendered = (text: string) => [
  ...locales.flatMap((locale) => pages(text).map((page) => renderPage(page, { locale }))),
  ...displays.flatMap((display) => pages(text).map((page) => renderPage(page, { locale: 'en', display }))),
  ...locales.map((locale) =>
    renderFormPost({ action: `https://client.test/${text}`, params: { [text]: text } }, { locale }),
  ),
];

const withoutStyle = (html: string) => html.replace(/<style>.*?<\/style>/s, '');
/** The tags in order, without what stands in them. */
const tagsOf = (html: string) =>
  [...withoutStyle(html).matchAll(/<(\/?[a-z0-9]+)(?:\s[a-z][^<>]*|\/)?>/g)].map(([, tag]) => tag!);
const empty = new Set(['meta', 'link', 'input', 'img']);
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');

describe('pages', () => {
  it('are there for every model of the schema', () => {
    const names = pageSchema.options.map(({ shape }) => shape.name.value);
    expect(new Set(pages('x').map(({ name }) => name))).toEqual(new Set(names));
  });

  it('close what they open', () => {
    for (const html of rendered('x')) {
      const open: string[] = [];
      for (const tag of tagsOf(html)) {
        if (tag.startsWith('/')) expect(open.pop()).toBe(tag.slice(1));
        else if (!empty.has(tag)) open.push(tag);
      }
      expect(open).toEqual([]);
    }
  });

  it.each([
    '<script>alert(1)</script>',
    `"><img src=x onerror=alert(1)>`,
    `" onfocus="alert(1)`,
    `</title><b>`,
    `<!-- -->`,
  ])('take %s for text, wherever it stands', (hostile) => {
    const harmless = rendered('x').map(tagsOf);
    expect(rendered(hostile).map(tagsOf)).toEqual(harmless);
    for (const html of rendered(hostile)) expect(html).not.toContain(hostile);
  });

  it('load nothing but a client its logo', () => {
    for (const html of rendered('x')) {
      const loaded = [...html.matchAll(/<(?:img|link|script|iframe|object|embed)\s[^>]*(?:src|href|data)="([^"]*)/g)];
      for (const [, uri] of loaded) expect(uri).toMatch(/^(data:image\/svg\+xml,|https:\/\/client\.test\/x$)/);
      expect(html).not.toMatch(/@import|url\(/);
      expect(html).not.toMatch(/\son[a-z]+=|\sstyle=/);
    }
  });

  it('follow no link and show no picture of another scheme', () => {
    const client = { name: 'Ärger', logoUri: 'javascript:1', policyUri: 'javascript:2', tosUri: 'data:text/html,3' };
    const html = renderPage(
      { name: 'sign-in', action: '/', interaction: 'i', csrf: 'c', client, cancellable: true },
      { locale: 'en' },
    );
    const back = { name: 'Shop', uri: 'javascript:4' };
    const error = { name: 'error' as const, error: 'e', description: 'd', correlationId: 'c' };
    expect(renderPage({ ...error, back }, { locale: 'en' })).not.toMatch(/<a |javascript:/);
    expect(renderPage({ ...error, back: { ...back, uri: 'https://a.test/' } }, { locale: 'en' })).toContain(
      '<a href="https://a.test/" rel="noreferrer">Back to Shop</a>',
    );
    expect(html).not.toContain('javascript:');
    expect(html).not.toContain('data:text');
    expect(html).toContain('<div class="logo" aria-hidden="true">Ä</div>');
  });

  it.each(displays)('have the policy that allows exactly their stylesheet, and no script: display=%s', (display) => {
    for (const page of pages('x')) {
      const html = renderPage(page, { locale: 'en', display });
      const [, style] = /<style>(.*?)<\/style>/s.exec(html)!;
      expect(pagePolicy(display)).toContain(`style-src 'sha256-${sha256(style!)}';`);
      expect(html).not.toContain('<script');
    }
    expect(pagePolicy(display)).not.toContain('script-src');
  });

  it('have, where they carry an answer, the policy that allows their one script', () => {
    const to = 'https://client.test';
    const carriers = [
      [renderFormPost({ action: to, params: {} }, { locale: 'en' }), formPostPolicy()],
      [renderWebMessage({ targetOrigin: to, params: {} }, { locale: 'en' }), webMessagePolicy(to)],
    ];
    for (const [html, policy] of carriers) {
      const [, style] = /<style>(.*?)<\/style>/s.exec(html!)!;
      const [, script] = /<script>(.*?)<\/script>/s.exec(html!)!;
      expect(policy).toContain(`style-src 'sha256-${sha256(style!)}';`);
      expect(policy).toContain(`script-src 'sha256-${sha256(script!)}'`);
    }
  });

  it('OAuth 2.0 Web Message Response Mode §5.2: the message says what it is, and bears the response', () => {
    const response = { code: 'c', state: '"</script>' };
    const html = renderWebMessage({ targetOrigin: 'https://client.test', params: response }, { locale: 'en' });
    const [, message = ''] = /data-message="([^"]*)"/.exec(html)!;
    const entities: Record<string, string> = { '&quot;': '"', '&lt;': '<', '&gt;': '>', '&amp;': '&' };
    const text = message.replace(/&\w+;/g, (entity) => entities[entity] ?? entity);
    expect(JSON.parse(text)).toEqual({ type: 'authorization_response', response });
    expect(html).toContain('data-origin="https://client.test"');
  });

  it('speak Chinese and English', () => {
    const [english, chinese] = locales.map((locale) => renderPage(pages('x')[0]!, { locale }));
    expect(english).toContain('<html lang="en">');
    expect(english).toContain('>Sign in</button>');
    expect(chinese).toContain('<html lang="zh-CN">');
    expect(chinese).toContain('>登录</button>');
  });

  it('send back what a form needs', () => {
    const [signIn, , , , selectAccount, consent, logout] = pages('x').map((page) => renderPage(page, { locale: 'en' }));
    expect(namesIn(signIn!)).toEqual(['interaction', 'csrf', 'identifier', 'password', 'answer=cancel']);
    expect(namesIn(selectAccount!)).toEqual([
      'interaction',
      'csrf',
      'answer=continue',
      'answer=other',
      'answer=cancel',
    ]);
    expect(namesIn(consent!)).toEqual(['interaction', 'csrf', 'answer=allow', 'answer=deny']);
    expect(namesIn(logout!)).toEqual(['x', 'state', 'csrf', 'answer=logout', 'answer=stay']);
  });

  it.each(displays)('send back the same in every display, as it was asked for: %s', (display) => {
    for (const page of pages('x')) {
      const html = renderPage(page, { locale: 'en', display });
      expect(html).toContain(`data-display="${display}"`);
      expect(namesIn(html)).toEqual(namesIn(renderPage(page, { locale: 'en' })));
    }
  });

  it('OpenID Connect Core 1.0 §3.1.2.1: the pages of a device carry ui_locales on', () => {
    for (const page of pages('x').filter((one) => 'uiLocales' in one)) {
      expect(namesIn(renderPage(page, { locale: 'en' }))).toContain('ui_locales');
      const unasked = { ...page, uiLocales: undefined } as Page;
      expect(namesIn(renderPage(unasked, { locale: 'en' }))).not.toContain('ui_locales');
    }
  });

  it('Dynamic Client Registration §2: sign-in and consent show name, logo, home page, policy and terms of the client', () => {
    const client = {
      name: 'Shop',
      logoUri: 'https://shop.test/logo.png',
      clientUri: 'https://shop.test/',
      policyUri: 'https://shop.test/policy',
      tosUri: 'https://shop.test/terms',
    };
    for (const [locale, words] of [
      ['en', ['Website', 'Privacy policy', 'Terms of service']],
      ['zh-CN', ['官方网站', '隐私政策', '服务条款']],
    ] as const) {
      const [signIn, , , , , consent] = pages('x').map((page) => renderPage({ ...page, client } as Page, { locale }));
      for (const html of [signIn, consent]) {
        expect(html).toContain('Shop');
        expect(html).toContain('<img src="https://shop.test/logo.png"');
        expect([...html!.matchAll(/<a href="([^"]*)"[^>]*>([^<]*)</g)].map(([, ...link]) => link)).toEqual([
          ['https://shop.test/', words[0]],
          ['https://shop.test/policy', words[1]],
          ['https://shop.test/terms', words[2]],
        ]);
      }
    }
  });
});

describe('OpenID Connect Core 1.0 §3.1.2.1: display', () => {
  const [signIn] = pages('x');

  it('wap: no picture, no script, and little to style', () => {
    for (const page of pages('x')) {
      const html = renderPage(page, { locale: 'en', display: 'wap' });
      expect(html).not.toMatch(/<(img|svg|link|script)|data:image/);
      expect(/<style>(.*?)<\/style>/s.exec(html)![1]!.length).toBeLessThan(400);
    }
    expect(pagePolicy('wap')).toContain("default-src 'none'");
    expect(pagePolicy('wap')).not.toMatch(/img-src|https:|data:/);
  });

  it.each(['page', 'popup', 'touch'] as const)('%s: shows the logo', (display) => {
    expect(renderPage(signIn!, { locale: 'en', display })).toContain('<img src="https://client.test/x"');
    expect(pagePolicy(display)).toContain('img-src https: data:');
  });

  it('page where none is asked for', () => {
    expect(renderPage(signIn!, { locale: 'en' })).toBe(renderPage(signIn!, { locale: 'en', display: 'page' }));
    expect(pagePolicy()).toBe(pagePolicy('page'));
  });

  it('each has a look of its own, and a policy for it', () => {
    expect(new Set(displays.map((display) => pagePolicy(display))).size).toBe(displays.length);
  });
});

const namesIn = (html: string) =>
  [...html.matchAll(/<(?:input|button)\s[^>]*name="([^"]+)"(?: value="([^"]*)")?/g)].map(([, name, value]) =>
    name === 'answer' ? `answer=${value}` : name,
  );

describe('OpenID Connect Core 1.0 §3.1.2.1: the language', () => {
  it.each<[string | undefined, string | undefined, Locale]>([
    [undefined, undefined, 'en'],
    ['zh-CN en', 'en', 'zh-CN'],
    ['fr zh-Hans', undefined, 'zh-CN'],
    ['fr', 'zh;q=0.8, en;q=0.9', 'en'],
    ['fr', 'de, zh-TW;q=0.5', 'zh-CN'],
    [undefined, 'zh;q=0, en', 'en'],
    [undefined, 'en-GB,zh-CN;q=0.9', 'en'],
    ['ZH', 'en', 'zh-CN'],
    [undefined, ';;q=x,,zh;q=abc', 'en'],
  ])('of %j and %j is %s', (uiLocales, acceptLanguage, locale) => {
    expect(localeOf(uiLocales, acceptLanguage)).toBe(locale);
  });
});
