import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { pageSchema, type Page } from '@portico/endpoint';
import { formPostPolicy, pagePolicy } from '../security/headers.js';
import { localeOf, type Locale } from './locale.js';
import { renderFormPost, renderPage } from './render.js';

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
    { name: 'device-code', action: form.action, csrf: text, userCode: text, fault: 'unknown_or_expired' },
    { name: 'device-code', action: form.action, csrf: text, fault: 'too_many_attempts', retryAfterSeconds: 90 },
    { name: 'device-confirm', action: form.action, csrf: text, client, userCode: text },
    { name: 'device-done', client, outcome: 'approved' },
    { name: 'device-done', client, outcome: 'denied' },
    { name: 'error', error: text, description: text, correlationId: text, back: { name: text, uri } },
  ];
};
const locales: Locale[] = ['en', 'zh-CN'];
const rendered = (text: string) => [
  ...locales.flatMap((locale) => pages(text).map((page) => renderPage(page, { locale }))),
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

  it('have the policy that allows exactly their stylesheet, and the one script of a form post', () => {
    for (const html of rendered('x')) {
      const [, style] = /<style>(.*?)<\/style>/s.exec(html)!;
      const script = /<script>(.*?)<\/script>/s.exec(html)?.[1];
      const policy = script === undefined ? pagePolicy() : formPostPolicy();
      expect(policy).toContain(`style-src 'sha256-${sha256(style!)}';`);
      if (script !== undefined) expect(policy).toContain(`script-src 'sha256-${sha256(script)}'`);
    }
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
