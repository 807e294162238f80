import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { displaySchema, type Page } from '@portico/endpoint';
import { checkSessionPolicy, loggedOutPolicy, pagePolicy } from '../security/headers.js';
import { renderCheckSession, renderPage } from './render.js';

type LoggedOut = Page & { name: 'logged-out' };
const frames = ['https://one.test/out?iss=a&sid=b', 'https://one.test/other', 'http://two.test:8080/out'];
const next = 'https://web.test/bye?state=a%20b';
const model = (more: Partial<LoggedOut>): LoggedOut => ({ name: 'logged-out', ...more });
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');
const scriptsOf = (html: string) => [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script]) => script!);
const directive = (policy: string, name: string) =>
  policy
    .split('; ')
    .filter((one) => one.split(' ')[0] === name)
    .map((one) => one.slice(name.length + 1));

describe('OpenID Connect Front-Channel Logout 1.0 §3: the page at the end of a session', () => {
  it('has one hidden frame for each client', () => {
    const html = renderPage(model({ frames }), { locale: 'en' });
    expect([...html.matchAll(/<iframe src="([^"]*)" hidden/g)].map(([, uri]) => uri!.replaceAll('&amp;', '&'))).toEqual(
      frames,
    );
    expect(html.match(/<iframe/g)).toHaveLength(frames.length);
  });

  it.each(displaySchema.options)('may load those origins, and nothing else: display=%s', (display) => {
    const { policy, headers } = loggedOutPolicy(model({ frames }), display);
    expect(directive(policy, 'frame-src')).toEqual(['https://one.test http://two.test:8080']);
    expect(directive(policy, 'default-src')).toEqual(["'none'"]);
    expect([directive(policy, 'script-src'), directive(policy, 'frame-ancestors'), headers]).toEqual([
      [],
      ["'none'"],
      {},
    ]);
  });

  it('without clients to tell it is the page that it was', () => {
    expect(loggedOutPolicy(model({}))).toEqual({ policy: pagePolicy(), headers: {} });
    expect(renderPage(model({}), { locale: 'en' })).not.toMatch(/<iframe|<script|<noscript/);
  });

  it.each([
    "https://a;script-src 'unsafe-inline'",
    "https://a'b.test/",
    'https://a;b.test/',
    'x',
    'javascript:1',
    'data:,',
  ])('no frame says anything else in the policy: %s', (uri) => {
    const { policy } = loggedOutPolicy(model({ frames: [uri, ...frames], next: uri }));
    expect(directive(policy, 'frame-src')).toEqual(['https://one.test http://two.test:8080']);
    expect(directive(policy, 'frame-ancestors')).toEqual(["'none'"]);
    expect(directive(policy, 'script-src')).toHaveLength(1);
    expect(policy).not.toContain('unsafe');
  });
});

describe('OpenID Connect RP-Initiated Logout 1.0 §3: the page goes on', () => {
  const html = renderPage(model({ frames, next }), { locale: 'en' });
  const { policy, headers } = loggedOutPolicy(model({ frames, next }));

  it('by its one script, which the policy allows', () => {
    const [script = '', ...others] = scriptsOf(html);
    expect(others).toEqual([]);
    expect(directive(policy, 'script-src')).toEqual([`'sha256-${sha256(script)}'`]);
  });

  it('by itself where scripts are off, and by a link', () => {
    expect(html).toContain(`<noscript><meta http-equiv="refresh" content="1; url=${next}"/></noscript>`);
    expect(html).toContain(`<a href="${next}" rel="noreferrer">Go on</a>`);
  });

  it('in a frame of the client to which it goes, and of nobody else', () => {
    expect([directive(policy, 'frame-ancestors'), headers]).toEqual([['https://web.test'], { 'x-frame-options': '' }]);
  });

  it('to an application of its own scheme as well, which cannot frame it', () => {
    const app = model({ frames, next: 'com.example.app:/bye' });
    expect(renderPage(app, { locale: 'en' })).toContain('<a href="com.example.app:/bye"');
    expect(directive(loggedOutPolicy(app).policy, 'frame-ancestors')).toEqual(["'none'"]);
  });

  it.each(['"><script>alert(1)</script>', '"; url=https://evil.test', "</noscript><img src=x onerror='1'>"])(
    'takes %s for text',
    (hostile) => {
      const uri = `https://web.test/${hostile}`;
      const tags = (text: string) => [...text.replace(/<style>.*?<\/style>/s, '').matchAll(/<[a-z/!][^>]*>/g)].length;
      const shown = renderPage(model({ frames: [uri], next: uri, back: { name: hostile, uri } }), { locale: 'en' });
      const harmless = renderPage(model({ frames: ['x'], next: 'x' }), { locale: 'en' });
      expect(tags(shown.replaceAll(/"[^"]*"/g, '""'))).toBe(tags(harmless.replaceAll(/"[^"]*"/g, '""')));
      expect(shown).not.toContain(hostile);
    },
  );

  it.each([
    ['en', 'Go on'],
    ['zh-CN', '继续'],
  ] as const)('in %s', (locale, label) => {
    expect(renderPage(model({ next, frames }), { locale })).toContain(`>${label}</a>`);
  });
});

describe('OpenID Connect Session Management 1.0 §3.2: the page that tells whether something has changed', () => {
  const html = renderCheckSession({ cookie: 'the_"cookie"' });
  const { policy, headers } = checkSessionPolicy();

  it('runs its one script, calls us alone, and loads nothing', () => {
    const [script = '', ...others] = scriptsOf(html);
    expect(others).toEqual([]);
    expect(directive(policy, 'script-src')).toEqual([`'sha256-${sha256(script)}'`]);
    expect(directive(policy, 'connect-src')).toEqual(["'self'"]);
    expect(directive(policy, 'default-src')).toEqual(["'none'"]);
    expect(html).toContain('data-cookie="the_&quot;cookie&quot;"');
  });

  it('§3.3: may be in a frame of any page', () => {
    expect([directive(policy, 'frame-ancestors'), headers]).toEqual([['*'], { 'x-frame-options': '' }]);
  });
});
