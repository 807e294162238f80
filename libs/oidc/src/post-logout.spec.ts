import { beforeEach, describe, expect, it } from '@jest/globals';
import { ruleBrowser, rules, signedIn, type Rules, type SignedIn } from '@portico/testing';
import type { EndpointReply } from '@portico/endpoint';

const bye = 'https://web.example.test/bye';
const query = `${bye}?c=d&e=f`;
let all: Rules;
let alice: SignedIn;
beforeEach(async () => {
  all = await rules({
    web: { post_logout_redirect_uris: [bye, query, `${bye}?own&state=1`] },
    other: {},
    stranger: {},
    wild: { redirect_uri_wildcards: true, post_logout_redirect_uris: ['https://wild.example.test/bye/*'] },
    hs: { id_token_signed_response_alg: 'HS256' },
  });
  alice = await signedIn(all, 'web');
});

const open = (search: string, { browser } = alice) => browser.follow(`/oidc/session/end?${search}`);
const form = (reply: EndpointReply) => {
  if (reply.kind !== 'page' || reply.page.name !== 'logout') throw new Error(`not asked: ${JSON.stringify(reply)}`);
  return reply.page;
};
const confirm = ({ csrf, fields }: ReturnType<typeof form>, { browser } = alice) =>
  browser.post('endSession', { ...fields, csrf, answer: 'logout' });
const pastItsEnd = (): Promise<void> => {
  all.clock.pass(3600);
  return Promise.resolve();
};
const isSignedIn = async ({ browser } = alice) => {
  const request = { client_id: 'web', redirect_uri: 'https://web.example.test/cb', response_type: 'code' };
  const reply = await browser.get('authorize', { ...request, scope: 'openid', prompt: 'none' });
  return reply.kind === 'redirect' && !reply.location.includes('login_required');
};
const goesTo = (location: string) => ({ kind: 'redirect', status: 303, location });
const stays = { kind: 'page', status: 200, page: { name: 'logged-out' } };
const isRefused = { kind: 'page', status: 400, page: { name: 'error', error: 'invalid_request' } };

describe('RP-Initiated Logout 1.0 §2: a logout request that names no client', () => {
  it('the person is asked; then the browser goes to the URI of a client of the session', async () => {
    const asked = form(await open(`post_logout_redirect_uri=${encodeURIComponent(bye)}&state=a%20b`));
    expect(asked.fields).toEqual({ client_id: 'web', post_logout_redirect_uri: bye, state: 'a b' });
    expect(await isSignedIn()).toBe(true);
    expect(await confirm(asked)).toMatchObject(goesTo(`${bye}?state=a+b`));
    expect(await isSignedIn()).toBe(false);
  });

  it('the answer counts also where the session has ended meanwhile, and a second time', async () => {
    const asked = form(await open(`post_logout_redirect_uri=${bye}`));
    await open(`id_token_hint=${alice.id_token}`);
    expect(await confirm(asked)).toMatchObject(goesTo(bye));
    expect(await confirm(asked)).toMatchObject(goesTo(bye));
  });

  it('any client of the session, not only the latest', async () => {
    const request = { client_id: 'other', redirect_uri: 'https://other.example.test/cb', response_type: 'code' };
    await alice.browser.answer(await alice.browser.get('authorize', { ...request, scope: 'openid' }));
    for (const uri of [bye, 'https://other.example.test/bye'])
      expect(form(await open(`post_logout_redirect_uri=${uri}`)).fields.post_logout_redirect_uri).toBe(uri);
  });

  it.each([
    'https://stranger.example.test/bye',
    'https://web.example.test/cb',
    'https://evil.example/',
    `${bye}/`,
    `${bye}?x=1`,
    'https://web.example.test@evil.example/bye',
    '//evil.example',
    'javascript:alert(1)',
    'undefined',
  ])('RFC 9700 §4.11: no open redirect, and nothing ends: %s', async (uri) => {
    expect(await open(`post_logout_redirect_uri=${uri}`)).toMatchObject(isRefused);
    expect(await open(`post_logout_redirect_uri=${encodeURIComponent(uri)}`)).toMatchObject(isRefused);
    expect(await isSignedIn()).toBe(true);
  });

  it('a client that is named is the only one', async () => {
    expect(await open(`client_id=other&post_logout_redirect_uri=${bye}`)).toMatchObject(isRefused);
    const bob = await signedIn(all, 'other', { username: 'bob' });
    expect(await open(`id_token_hint=${bob.id_token}&post_logout_redirect_uri=${bye}`)).toMatchObject(isRefused);
  });

  it.each([
    ['has expired', pastItsEnd],
    ['was ended elsewhere', () => all.stores.registrations.signOut('alice', all.clock())],
  ])('a session that %s: nobody is asked, and the browser goes to the URI of a client of it', async (_, over) => {
    await over();
    expect(await open('post_logout_redirect_uri=https://evil.example/')).toMatchObject(isRefused);
    expect(await open('post_logout_redirect_uri=https://stranger.example.test/bye')).toMatchObject(isRefused);
    expect(await open(`post_logout_redirect_uri=${query}&state=s`)).toMatchObject(goesTo(`${query}&state=s`));
    expect(alice.browser.cookies).not.toHaveProperty('__Host-portico_session');
    expect(await open(`post_logout_redirect_uri=${bye}`)).toMatchObject(stays);
  });

  it('a session that rested too long', async () => {
    all = await rules({ web: {} }, { sessionIdleSeconds: 60 });
    alice = await signedIn(all, 'web');
    all.clock.pass(61);
    expect(await isSignedIn()).toBe(false);
    expect(await open(`post_logout_redirect_uri=${bye}`)).toMatchObject(goesTo(bye));
  });

  it('nobody is signed in, and nobody was: the browser stays', async () => {
    for (const uri of [bye, 'https://evil.example/', 'javascript:alert(1)']) {
      const reply = await open(`post_logout_redirect_uri=${uri}`, { ...alice, browser: ruleBrowser(all) });
      expect(reply).toMatchObject(stays);
      expect(reply).not.toHaveProperty('page.next');
    }
  });
});

describe('a URI that arrives as it is, as authing-js-sdk sends it', () => {
  const hint = () => `id_token_hint=${alice.id_token}`;
  it.each([
    ['unencoded, behind the hint', () => `${hint()}&post_logout_redirect_uri=${query}`, query],
    ['unencoded, before the hint', () => `post_logout_redirect_uri=${query}&${hint()}`, query],
    ['encoded', () => `${hint()}&post_logout_redirect_uri=${encodeURIComponent(query)}`, query],
    ['unencoded, with state', () => `${hint()}&post_logout_redirect_uri=${query}&state=s`, `${query}&state=s`],
    [
      'encoded, with state',
      () => `post_logout_redirect_uri=${encodeURIComponent(query)}&state=s&${hint()}`,
      `${query}&state=s`,
    ],
    ['unencoded, before app_id', () => `post_logout_redirect_uri=${query}&app_id=web&${hint()}`, query],
    [
      'unencoded, with state and app_id',
      () => `post_logout_redirect_uri=${bye}&state=s&app_id=web&${hint()}`,
      `${bye}?state=s`,
    ],
    [
      'RFC 3986 §3.4: one that needs no encoding, with state',
      () => `post_logout_redirect_uri=${bye}&state=s&${hint()}`,
      `${bye}?state=s`,
    ],
    [
      'with a state of its own that is registered',
      () => `${hint()}&post_logout_redirect_uri=${bye}?own&state=1`,
      `${bye}?own&state=1`,
    ],
  ])('%s', async (_how, search, location) => {
    expect(await open(search())).toMatchObject(goesTo(location));
  });

  it('what was asked is what is confirmed', async () => {
    const asked = form(await open(`post_logout_redirect_uri=${query}&state=s`));
    expect(asked.fields).toEqual({ client_id: 'web', post_logout_redirect_uri: query, state: 's' });
    expect(await confirm(asked)).toMatchObject(goesTo(`${query}&state=s`));
  });

  it('a * does not swallow what stands behind the URI', async () => {
    const wild = await signedIn(all, 'wild');
    const uri = 'https://wild.example.test/bye/here';
    const search = `id_token_hint=${wild.id_token}&post_logout_redirect_uri=${uri}&state=s`;
    expect(await open(search, wild)).toMatchObject(goesTo(`${uri}?state=s`));
    const again = await signedIn(all, 'wild');
    expect(await again.browser.follow(`/login/profile/logout?redirect_uri=${uri}&app_id=wild`)).toMatchObject(
      goesTo(uri),
    );
  });

  it('RFC 6749 §3.1: parameters that come twice are refused', async () => {
    const params = { id_token_hint: alice.id_token, post_logout_redirect_uri: bye, state: ['1', '2'] };
    expect(await alice.browser.get('endSession', params)).toMatchObject(isRefused);
    expect(await isSignedIn()).toBe(true);
  });
});

describe('RP-Initiated Logout 1.0 §2: a hint that is signed with the secret of its client', () => {
  it('ends the session at once, also when its time has passed', async () => {
    const hs = await signedIn(all, 'hs');
    all.clock.pass(3599);
    const uri = 'https://hs.example.test/bye';
    expect(await open(`id_token_hint=${hs.id_token}&post_logout_redirect_uri=${uri}`, hs)).toMatchObject(goesTo(uri));
    expect(await isSignedIn(hs)).toBe(false);
  });

  it.each([
    [
      'the signature is of something else',
      (claims: string, hs: SignedIn) => `${hs.id_token.split('.')[0]}.${claims}.AAAA`,
    ],
    ['its signature is cut off', (_claims: string, hs: SignedIn) => hs.id_token.replace(/[^.]+$/, '')],
  ])('%s: a page, and nothing ends', async (_why, forge) => {
    const hs = await signedIn(all, 'hs');
    const [, claims = ''] = hs.id_token.split('.');
    expect(await open(`id_token_hint=${forge(claims, hs)}`, hs)).toMatchObject(isRefused);
    expect(await isSignedIn(hs)).toBe(true);
  });
});
