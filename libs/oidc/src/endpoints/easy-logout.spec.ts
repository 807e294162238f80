import { beforeEach, describe, expect, it } from '@jest/globals';
import { get, ruleBrowser, rules, type Rules } from '@portico/testing';

const bye = 'https://web.example.test/bye?c=d&e=f';
let all: Rules;
let browser: ReturnType<typeof ruleBrowser>;
beforeEach(async () => {
  all = await rules({
    web: { post_logout_redirect_uris: [bye, 'https://web.example.test/bye'] },
    other: {},
    stranger: { post_logout_redirect_uris: ['https://stranger.example.test/bye'] },
  });
  browser = ruleBrowser(all);
  await signIn('web');
});

const signIn = async (id: string) => {
  const request = {
    client_id: id,
    redirect_uri: `https://${id}.example.test/cb`,
    response_type: 'code',
    scope: 'openid',
  };
  return browser.answer(await browser.get('authorize', request));
};
const open = async (query = '', headers: Record<string, string> = {}) => {
  const url = `/login/profile/logout${query}`;
  const params: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) params[name] = [...(params[name] ?? []), value];
  return all.endpoints.easyLogout({ ...get({}, { url, headers, cookies: browser.cookies }), params });
};
const pastItsEnd = (): Promise<void> => {
  all.clock.pass(3600);
  return Promise.resolve();
};
const isSignedIn = async () => {
  const request = {
    client_id: 'web',
    redirect_uri: 'https://web.example.test/cb',
    response_type: 'code',
    scope: 'openid',
  };
  const reply = await browser.get('authorize', { ...request, prompt: 'none' });
  return reply.kind === 'redirect' && !reply.location.includes('login_required');
};
const goesTo = (location: string) => ({ kind: 'redirect', status: 303, location });

describe('logout by a link', () => {
  it('ends the session at once, and takes the cookie back', async () => {
    const reply = await open();
    expect(reply).toMatchObject({ kind: 'page', page: { name: 'logged-out' } });
    expect(reply.cookies).toMatchObject([
      { name: '__Host-portico_session', value: '', maxAgeSeconds: 0 },
      { name: '__Host-portico_state', value: expect.any(String) },
    ]);
    expect(await isSignedIn()).toBe(false);
    expect(all.stores.facts.map(({ event }) => event)).toContain('sessionEnded');
  });

  it.each([
    ['unencoded, as the SDKs send it', `?redirect_uri=${bye}`],
    ['encoded', `?redirect_uri=${encodeURIComponent(bye)}`],
    ['unencoded, before app_id', `?redirect_uri=${bye}&app_id=web`],
    ['encoded, before app_id', `?redirect_uri=${encodeURIComponent(bye)}&app_id=web`],
    ['unencoded, behind app_id', `?app_id=web&redirect_uri=${bye}`],
  ])('goes on to a URI of a client of the session: %s', async (_how, query) => {
    expect(await open(query)).toMatchObject(goesTo(bye));
    expect(await isSignedIn()).toBe(false);
  });

  it('a callback URI will do as well', async () => {
    expect(await open('?redirect_uri=https://web.example.test/cb')).toMatchObject(
      goesTo('https://web.example.test/cb'),
    );
  });

  it('any client of the session, not only the latest', async () => {
    await signIn('other');
    expect(await open('?redirect_uri=https://web.example.test/bye')).toMatchObject(
      goesTo('https://web.example.test/bye'),
    );
  });

  it.each([
    ['has expired', pastItsEnd],
    ['was ended elsewhere', () => all.stores.registrations.signOut('alice', all.clock())],
    ['was ended here, the answer to which was lost', () => open()],
  ])('of a session that %s, the clients that were in it', async (_, over) => {
    await over();
    expect(await open(`?redirect_uri=${bye}`)).toMatchObject(goesTo(bye));
    for (const uri of ['https://evil.example/', 'https://stranger.example.test/bye'])
      expect(await open(`?redirect_uri=${uri}`)).toMatchObject({ kind: 'page', status: 400 });
  });

  it('where nobody is signed in, and nobody was, the client of app_id alone', async () => {
    browser = ruleBrowser(all);
    const uri = 'https://web.example.test/bye';
    expect(await open(`?redirect_uri=${uri}&app_id=web`)).toMatchObject(goesTo(uri));
    for (const other of ['other', 'nobody'])
      expect(await open(`?redirect_uri=${uri}&app_id=${other}`)).toMatchObject({ kind: 'page', status: 400 });
  });

  it.each(['https://web.example.test/bye', 'https://evil.example/', 'javascript:alert(1)'])(
    'RFC 9700 §4.11: where no client is known at all, the person is signed out, and stays: %s',
    async (uri) => {
      browser = ruleBrowser(all);
      const reply = await open(`?redirect_uri=${uri}`);
      expect(reply).toMatchObject({ kind: 'page', status: 200, page: { name: 'logged-out' } });
      expect(reply).not.toHaveProperty('page.next');
    },
  );

  it.each([
    'https://evil.example/',
    'https://stranger.example.test/bye',
    'https://web.example.test/bye/',
    'https://web.example.test/bye?x=1',
    'https://web.example.test@evil.example/bye',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    'undefined',
  ])('RFC 9700 §4.11: no open redirect, but the session has ended: %s', async (uri) => {
    for (const query of [`?redirect_uri=${uri}`, `?redirect_uri=${encodeURIComponent(uri)}&app_id=web`]) {
      const reply = await open(query);
      expect(reply).toMatchObject({ kind: 'page', status: 400, page: { name: 'error', error: 'invalid_request' } });
      expect(reply.cookies).toMatchObject([
        { name: '__Host-portico_session', value: '', maxAgeSeconds: 0 },
        { name: '__Host-portico_state' },
      ]);
    }
    expect(await isSignedIn()).toBe(false);
  });

  it('parameters that come twice lead nowhere', async () => {
    const twice = '?redirect_uri=https://web.example.test/bye&redirect_uri=https://evil.example/';
    expect(await open(twice)).toMatchObject(goesTo('https://web.example.test/bye'));
    const apps = '?redirect_uri=https://stranger.example.test/bye&app_id=web&app_id=stranger';
    expect(await open(apps)).toMatchObject({ kind: 'page', status: 400 });
  });

  it.each(['image', 'iframe', 'script', 'empty'])(
    'what another site embeds signs nobody out: %s',
    async (destination) => {
      const reply = await open('', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': destination });
      expect(reply).toMatchObject({ kind: 'page', status: 403, cookies: [] });
      expect(await isSignedIn()).toBe(true);
    },
  );

  it.each([
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' },
    { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'iframe' },
    { 'sec-fetch-site': 'none', 'sec-fetch-dest': 'document' },
  ])('a link does, and a frame of our own: %j', async (headers) => {
    expect(await open('', headers)).toMatchObject({ page: { name: 'logged-out' } });
    expect(await isSignedIn()).toBe(false);
  });
});
