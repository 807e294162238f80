import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRedirectUriPattern, matchesPattern } from './redirect-uri-pattern.js';

describe('which patterns may be registered', () => {
  it.each([
    'https://*.example.com/cb',
    'https://*.example.com',
    'https://*.example.com:8443/cb?tenant=1',
    'http://*.dev.example.com/',
    'https://*.xn--fiq228c.com/cb',
    'https://app.example.com/cb/*',
    'https://app.example.com/*/cb',
    'https://app.example.com/cb*',
    'http://localhost:3000/*',
    'http://127.0.0.1/cb/*',
    'http://[::1]:8080/*',
    'https://*.example.com/*/a/*',
  ])('%s', (pattern) => expect(isRedirectUriPattern(pattern)).toBe(true));

  it.each([
    ['a scheme', '*://app.example.com/cb'],
    ['a scheme of letters', 'http*://app.example.com/cb'],
    ['the whole host', 'https://*/cb'],
    ['every domain of a top-level domain', 'https://*.com/cb'],
    ['an address', 'https://*.0.0.1/cb'],
    ['half a label', 'https://a*.example.com/cb'],
    ['half a label on the right', 'https://*a.example.com/cb'],
    ['a label in the middle', 'https://a.*.example.com/cb'],
    ['two labels', 'https://*.*.example.com/cb'],
    ['the right end', 'https://example.*/cb'],
    ['a port', 'https://app.example.com:*/cb'],
    ['user info', 'https://*@app.example.com/cb'],
    ['user info before the host', 'https://*:x@app.example.com/cb'],
    ['a query', 'https://app.example.com/cb?x=*'],
    ['a query beside another star', 'https://*.example.com/cb?x=*'],
    ['a fragment', 'https://app.example.com/cb#*'],
    ['a scheme of its own', 'com.example.app:/*'],
    ['a script', 'javascript:*'],
    ['capital letters', 'https://*.Example.com/cb'],
    ['letters beyond ASCII', 'https://*.例子.com/cb'],
    ['a port that goes without saying', 'https://*.example.com:443/cb'],
    ['dot segments', 'https://app.example.com/../*'],
    ['a backslash', 'https://app.example.com\\*'],
    ['white space', 'https://app.example.com/ *'],
    ['a number at the end', 'https://*.example.1/cb'],
  ])('never in %s: %s', (_, pattern) => expect(isRedirectUriPattern(pattern)).toBe(false));
});

describe('what a pattern names', () => {
  const host = 'https://*.example.com/cb';
  const path = 'https://app.example.com/cb/*';

  it.each([
    [host, 'https://a.example.com/cb'],
    [host, 'https://a-1.b.c.example.com/cb'],
    [host, 'https://xn--fiq228c.example.com/cb'],
    ['https://*.example.com', 'https://a.example.com'],
    ['https://*.example.com:8443/cb?t=1', 'https://a.example.com:8443/cb?t=1'],
    [path, 'https://app.example.com/cb/'],
    [path, 'https://app.example.com/cb/one/two'],
    [path, 'https://app.example.com/cb/%E4%BD%A0%C3%BC@:;=,'],
    ['https://app.example.com/*/cb', 'https://app.example.com/t1/cb'],
    ['https://app.example.com/a*b*c', 'https://app.example.com/aXbbYc'],
    ['https://*.example.com/*', 'https://a.example.com/any/thing'],
    ['http://localhost:3000/*', 'http://localhost:3000/cb'],
  ])('%s names %s', (pattern, uri) => expect(matchesPattern(uri, pattern)).toBe(true));

  it.each([
    ['no label', host, 'https://example.com/cb'],
    ['an empty label', host, 'https://.example.com/cb'],
    ['an empty label between', host, 'https://a..example.com/cb'],
    ['another domain with the same end', host, 'https://evilexample.com/cb'],
    ['another domain behind', host, 'https://a.example.com.evil.test/cb'],
    ['user info', host, 'https://evil.test@a.example.com/cb'],
    ['a domain as user info', host, 'https://a.example.com@evil.test/cb'],
    ['a domain as user info with a password', host, 'https://a.example.com:pw@evil.test/cb'],
    ['empty user info', host, 'https://@a.example.com/cb'],
    ['a backslash', host, 'https://evil.test\\.example.com/cb'],
    ['a slash', host, 'https://evil.test/.example.com/cb'],
    ['an encoded slash', host, 'https://evil.test%2f.example.com/cb'],
    ['an encoded dot', host, 'https://a%2eexample.com/cb'],
    ['a question mark', host, 'https://evil.test?.example.com/cb'],
    ['a hash', host, 'https://evil.test#.example.com/cb'],
    ['capital letters', host, 'https://A.example.com/cb'],
    ['a dot at the end', host, 'https://a.example.com./cb'],
    ['full-width dots', host, 'https://evil.test。example.com/cb'],
    ['letters beyond ASCII', host, 'https://bücher.example.com/cb'],
    ['another port', host, 'https://a.example.com:8443/cb'],
    ['the port that goes without saying', host, 'https://a.example.com:443/cb'],
    ['another scheme', host, 'http://a.example.com/cb'],
    ['a scheme in capitals', host, 'HTTPS://a.example.com/cb'],
    ['another path', host, 'https://a.example.com/cb/x'],
    ['a query', host, 'https://a.example.com/cb?x=1'],
    ['an empty query', host, 'https://a.example.com/cb?'],
    ['a fragment', host, 'https://a.example.com/cb#x'],
    ['an address', host, 'https://127.0.0.1/cb'],
    ['the pattern itself', host, host],
    ['white space', host, 'https://a.example.com/cb\t'],
    ['a new line in the host', host, 'https://a.exam\nple.com/cb'],
    ['a query behind the path', path, 'https://app.example.com/cb/?next=https://evil.test'],
    ['a fragment behind the path', path, 'https://app.example.com/cb/#x'],
    ['less than the path', path, 'https://app.example.com/cb'],
    ['dot segments', path, 'https://app.example.com/cb/../admin'],
    ['encoded dot segments', path, 'https://app.example.com/cb/%2e%2e/admin'],
    ['dot segments before a parameter', path, 'https://app.example.com/cb/..;/admin'],
    ['an encoded slash in the path', path, 'https://app.example.com/cb/..%2fadmin'],
    ['an encoded backslash in the path', path, 'https://app.example.com/cb/..%5Cadmin'],
    ['a percent sign that is encoded', path, 'https://app.example.com/cb/%252e%252e/admin'],
    ['an encoded NUL', path, 'https://app.example.com/cb/%00'],
    ['an overlong dot', path, 'https://app.example.com/cb/%c0%ae%c0%ae/admin'],
    ['half an escape', path, 'https://app.example.com/cb/%4'],
    ['a backslash in the path', path, 'https://app.example.com/cb/\\evil.test'],
    ['another host', path, 'https://evil.test/cb/x'],
    ['pieces that overlap', 'https://app.example.com/ab*ba', 'https://app.example.com/aba'],
    ['nothing', host, ''],
    ['no pattern that may be registered', 'https://*.com/cb', 'https://evil.com/cb'],
  ])('%s: %s is not %s', (_, pattern, uri) => expect(matchesPattern(uri, pattern)).toBe(false));

  it('a long path and many stars take no time', () => {
    const pattern = `https://app.example.com/${'*a'.repeat(900)}b`;
    const started = performance.now();
    expect(matchesPattern(`https://app.example.com/${'a'.repeat(100_000)}`, pattern)).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('RFC 9700 §4.1.3: a pattern is no open redirect', () => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
  const hostile = fc.constantFrom(
    ...[
      '/',
      '\\',
      '@',
      ':',
      '.',
      '..',
      '?',
      '#',
      '*',
      '%2e',
      '%2f',
      '%5c',
      '%00',
      '。',
      '．',
      'ü',
      '例',
      'A',
      ' ',
      '\t',
      '\n',
    ],
    ...[
      'evil.test',
      'example.com',
      '.example.com',
      'https://',
      '//',
      ':443',
      ':8443',
      'x@',
      '[',
      ']',
      '\u202e',
      '\u00ad',
      ';',
    ],
  );
  const text = fc.oneof(hostile, label, fc.string({ maxLength: 4 }), fc.string({ unit: 'grapheme', maxLength: 3 }));
  const soup = fc.array(text, { maxLength: 8 }).map((parts) => parts.join(''));
  const uris = fc.oneof(
    soup,
    soup.map((middle) => `https://${middle}.example.com/cb`),
    soup.map((middle) => `https://a.example.com${middle}/cb`),
    soup.map((middle) => `https://a${middle}example.com/cb`),
    soup.map((end) => `https://a.example.com/cb${end}`),
    fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => `https://${labels.join('.')}.example.com/cb`),
  );
  const runs = { numRuns: 10_000 };

  it('whatever matches, a browser goes to a host below the registered domain, as it was written', () => {
    let matched = 0;
    fc.assert(
      fc.property(uris, (uri) => {
        if (!matchesPattern(uri, 'https://*.example.com/cb')) return;
        matched += 1;
        const { href, protocol, hostname, port, username, password, pathname, search, hash } = new URL(uri);
        expect(href).toBe(uri);
        expect(hostname).toMatch(/^([a-z0-9_-]+\.)+example\.com$/);
        expect({ protocol, port, username, password, pathname, search, hash }).toEqual({
          protocol: 'https:',
          port: '',
          username: '',
          password: '',
          pathname: '/cb',
          search: '',
          hash: '',
        });
      }),
      runs,
    );
    expect(matched).toBeGreaterThan(100);
  });

  it('whatever matches a path, a browser goes to a path below the registered one of the same origin', () => {
    let matched = 0;
    fc.assert(
      fc.property(soup, (end) => {
        const uri = `https://app.example.com/cb/${end}`;
        if (!matchesPattern(uri, 'https://app.example.com/cb/*')) return;
        matched += 1;
        const { href, origin, pathname, search, hash } = new URL(uri);
        expect([href, origin, search, hash]).toEqual([uri, 'https://app.example.com', '', '']);
        expect(new URL(`https://app.example.com${decodeURIComponent(pathname)}`).pathname).toMatch(/^\/cb\//);
      }),
      runs,
    );
    expect(matched).toBeGreaterThan(100);
  });

  it('every host made of labels before the domain matches', () => {
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), (labels) => {
        const uri = `https://${labels.join('.')}.example.com/cb`;
        fc.pre(URL.canParse(uri) && new URL(uri).href === uri);
        expect(matchesPattern(uri, 'https://*.example.com/cb')).toBe(true);
      }),
    );
  });

  it('whatever may be registered keeps its scheme, port and domain', () => {
    fc.assert(
      fc.property(soup, (middle) => {
        for (const pattern of [`https://${middle}/cb`, `https://*${middle}/cb`, `https://${middle}*/cb`]) {
          if (!isRedirectUriPattern(pattern)) continue;
          const bare = pattern.replace('://*.', '://');
          expect(new URL(bare.replaceAll('*', 'w')).hostname).not.toContain('w*');
          expect(bare.split('/')[2]).not.toContain('*');
        }
      }),
      runs,
    );
  });
});
