import { describe, expect, it } from '@jest/globals';
import type { Page } from '@portico/endpoint';
import { ago } from './ago.js';
import { renderPage } from './render.js';

const now = 1_800_000_000;
const list = (more: Partial<Page & { name: 'sessions' }> = {}): Page => ({
  name: 'sessions',
  action: '/sessions',
  csrf: 'c.1',
  signOut: '/oidc/session/end',
  account: { name: 'Anna' },
  at: now,
  clients: { shop: { name: 'Shop', logoUri: 'https://shop.test/logo.png' } },
  sessions: [
    {
      sid: 's.1',
      current: true,
      browser: 'Firefox',
      system: 'Linux',
      ip: '192.0.2.1',
      startedAt: now - 7_200,
      lastUsedAt: now,
      clientIds: ['shop'],
    },
    { sid: 's.2', current: false, startedAt: now - 86_400, lastUsedAt: now - 300, clientIds: [] },
  ],
  ...more,
});
const textOf = (html: string) =>
  html
    .replace(/^[\s\S]*<main/, '<main')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the list of sessions', () => {
  it.each([
    [
      'en' as const,
      [
        'Where you are signed in',
        'Signed in as Anna',
        'Firefox on Linux This browser Signed in 2 hours ago · last used now · 192.0.2.1 Shop Sign out',
        'Unknown browser Signed in yesterday · last used 5 minutes ago Sign out there',
        'Sign out everywhere else',
      ],
    ],
    [
      'zh-CN' as const,
      [
        '您的登录位置',
        '当前账号：Anna',
        'Linux 上的 Firefox 当前浏览器 登录于 2小时前 · 最近使用 现在 · 192.0.2.1 Shop 退出登录',
        '未知浏览器 登录于 昨天 · 最近使用 5分钟前 在该处退出登录',
        '退出所有其他位置',
      ],
    ],
  ])('speaks %s', (locale, sentences) => {
    const text = textOf(renderPage(list(), { locale }));
    for (const sentence of sentences) expect(text).toContain(sentence);
  });

  it('ends the one where the person sits by the way out, each other by a form of its own', () => {
    const html = renderPage(list({ uiLocales: 'zh-CN' }), { locale: 'en' });
    const forms = [...html.matchAll(/<form method="(\w+)" action="([^"]*)">(.*?)<\/form>/gs)].map(
      ([, method, action, inside = '']) => [
        `${method!} ${action!}`,
        ...[...inside.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => `${name!}=${value!}`),
      ],
    );
    expect(forms).toEqual([
      ['get /oidc/session/end', 'ui_locales=zh-CN'],
      ['post /sessions', 'csrf=c.1', 'ui_locales=zh-CN', 'sid=s.2', 'answer=end'],
      ['post /sessions', 'csrf=c.1', 'ui_locales=zh-CN', 'answer=others'],
    ]);
  });

  it('offers no end of others where there are none', () => {
    const { sessions } = list() as Page & { name: 'sessions' };
    const html = renderPage(list({ sessions: sessions.slice(0, 1) }), { locale: 'en' });
    expect(html).not.toContain('method="post"');
  });
});

describe('how long ago', () => {
  it.each([
    [0, 'now'],
    [-5, 'now'],
    [59, 'now'],
    [60, '1 minute ago'],
    [3_599, '59 minutes ago'],
    [3_600, '1 hour ago'],
    [86_399, '23 hours ago'],
    [172_800, '2 days ago'],
  ])('%d seconds: %s', (seconds, words) => {
    expect(ago(now - seconds, now, 'en')).toBe(words);
  });
});
