import { beforeEach, describe, expect, it } from '@jest/globals';
import { get, rules, type GivenParams, type Rules } from '@portico/testing';

let all: Rules;
beforeEach(async () => {
  all = await rules({
    web: { client_name: 'Shop', client_uri: 'https://shop.example.test/' },
    begins: { client_name: 'Bank', initiate_login_uri: 'https://bank.example.test/login?from=us' },
    both: { client_uri: 'https://both.example.test/', initiate_login_uri: 'https://both.example.test/login' },
    bare: {},
  });
});
const ask = (params: GivenParams = {}) => all.endpoints.register(get(params, { url: '/register' }));
const home = { name: 'Shop', uri: 'https://shop.example.test/' };
const iss = 'iss=https%3A%2F%2Fid.example.test%2Foidc';

describe('GET /register', () => {
  it.each<[string, GivenParams, object]>([
    ['no client, as @authing/sso asks', {}, {}],
    ['an unknown client', { client_id: 'nobody' }, {}],
    ['a client that says nothing of itself', { client_id: 'bare' }, {}],
    ['one with a home page', { client_id: 'web' }, { back: home }],
    ['by app_id', { app_id: 'web' }, { back: home }],
    [
      'OpenID Connect Core 1.0 §4: one that begins a sign-in',
      { client_id: 'begins' },
      { signIn: { name: 'Bank', uri: `https://bank.example.test/login?from=us&${iss}` } },
    ],
    [
      'one with both',
      { client_id: 'both' },
      {
        signIn: { name: 'both', uri: `https://both.example.test/login?${iss}` },
        back: { name: 'both', uri: 'https://both.example.test/' },
      },
    ],
  ])('%s: a page, and nothing else', async (_who, params, ways) => {
    const reply = await ask(params);
    expect(reply).toMatchObject({ kind: 'page', status: 200, cookies: [], headers: { 'cache-control': 'no-store' } });
    expect(reply.kind === 'page' && reply.page).toEqual({ name: 'register', ...ways });
  });

  it.each<[GivenParams, string | undefined]>([
    [{ _authing_lang: 'zh-CN' }, 'zh-CN'],
    [{ ui_locales: 'en', _authing_lang: 'zh-CN' }, 'en'],
    [{}, undefined],
  ])('%j: in that language', async (params, uiLocales) => {
    const reply = await ask(params);
    expect(reply.kind === 'page' && reply.uiLocales).toBe(uiLocales);
  });

  it('leads nowhere by what a stranger writes into the link', async () => {
    const uri = 'https://evil.example/';
    const params = { redirect_uri: uri, back: uri, client_uri: uri, signIn: uri, client_id: 'bare' };
    expect(JSON.stringify(await ask(params))).not.toContain('evil');
  });

  it('RFC 6749 §3.1: client_id twice is refused', async () => {
    expect(await ask({ client_id: ['web', 'both'] })).toMatchObject({ kind: 'page', status: 400 });
  });
});

describe('GET /cas/createSession', () => {
  const hostile = { authorization: 'eyJhbGciOiJIUzI1NiJ9.stolen.token', redirect_url: 'https://evil.example/' };

  it('RFC 6819 §4.4.1.8: no session begins by a link, and it leads nowhere', async () => {
    const query = new URLSearchParams(hostile).toString();
    const reply = await all.endpoints.createSession(get(hostile, { url: `/cas/createSession?${query}` }));
    expect(reply).toMatchObject({ kind: 'page', status: 410, cookies: [], page: { error: 'session_by_link' } });
    expect(JSON.stringify(reply)).not.toMatch(/stolen|evil/);
    expect(JSON.stringify(all.reported.map(String))).not.toMatch(/stolen|evil/);
    expect(JSON.stringify(reply)).toContain('authorization endpoint');
  });
});
