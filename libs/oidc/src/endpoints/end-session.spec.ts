import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  bodyOf,
  basic,
  paramsOf,
  post,
  ruleBrowser,
  rules,
  secret,
  signedIn,
  type Rules,
  type SignedIn,
} from '@portico/testing';
import { tokenNameOf } from '../self-contained.js';

let all: Rules;
let alice: SignedIn;
beforeEach(async () => {
  all = await rules({ web: {}, second: {} });
  alice = await signedIn(all, 'web');
});
const bye = 'https://web.example.test/bye';
const isSignedIn = async ({ browser }: Pick<SignedIn, 'browser'>) => {
  const reply = await browser.get('authorize', {
    client_id: 'web',
    redirect_uri: 'https://web.example.test/cb',
    response_type: 'code',
    scope: 'openid',
    prompt: 'none',
  });
  return 'code' in paramsOf(reply);
};
const isActive = async (token: string) =>
  bodyOf(await all.endpoints.introspection(post({ token }, { headers: basic('second', secret) }))).active;

describe('RP-Initiated Logout 1.0', () => {
  it.each(['get', 'post'] as const)(
    '§2: by %s, with a hint of this session, at once, and back with state',
    async (method) => {
      const reply = await alice.browser[method]('endSession', {
        id_token_hint: alice.id_token,
        post_logout_redirect_uri: bye,
        state: 'a b',
      });
      expect(reply).toMatchObject({ kind: 'redirect', location: `${bye}?state=a+b` });
      expect(await isSignedIn(alice)).toBe(false);
      expect(alice.browser.cookies).not.toHaveProperty('__Host-portico_session');
    },
  );

  it('§2: an expired hint is still a hint', async () => {
    all.clock.pass(3599);
    const reply = await alice.browser.get('endSession', {
      id_token_hint: alice.id_token,
      post_logout_redirect_uri: bye,
    });
    expect(reply).toMatchObject({ kind: 'redirect', location: bye });
  });

  it('§2: without a hint the person is asked, and only their own answer counts', async () => {
    const asked = await alice.browser.get('endSession', {
      client_id: 'web',
      post_logout_redirect_uri: bye,
      state: 's',
    });
    expect(asked).toMatchObject({
      kind: 'page',
      page: { name: 'logout', fields: { client_id: 'web', post_logout_redirect_uri: bye, state: 's' } },
    });
    expect(await alice.browser.post('endSession', { answer: 'logout', csrf: 'forged' })).toMatchObject({
      page: { name: 'logout' },
    });
    expect(await isSignedIn(alice)).toBe(true);
    const { csrf, fields } =
      asked.kind === 'page' && asked.page.name === 'logout' ? asked.page : { csrf: '', fields: {} };
    expect(await alice.browser.post('endSession', { ...fields, csrf, answer: 'logout' })).toMatchObject({
      kind: 'redirect',
      location: `${bye}?state=s`,
    });
    expect(await isSignedIn(alice)).toBe(false);
  });

  it('the person may stay', async () => {
    const asked = await alice.browser.get('endSession', {});
    const csrf = asked.kind === 'page' && asked.page.name === 'logout' ? asked.page.csrf : '';
    const reply = await alice.browser.post('endSession', { csrf, answer: 'stay' });
    expect(reply).toMatchObject({ page: { name: 'still-signed-in' } });
    expect(await isSignedIn(alice)).toBe(true);
  });

  it('a hint of another person ends nothing unasked', async () => {
    const bob = await signedIn(all, 'web', { username: 'bob' });
    expect(await alice.browser.get('endSession', { id_token_hint: bob.id_token })).toMatchObject({
      page: { name: 'logout' },
    });
    expect(await isSignedIn(alice)).toBe(true);
  });

  it('nobody is signed in: the browser goes on', async () => {
    const browser = ruleBrowser(all);
    expect(await browser.get('endSession', { client_id: 'web', post_logout_redirect_uri: bye })).toMatchObject({
      kind: 'redirect',
      location: bye,
    });
    expect(await browser.get('endSession', {})).toMatchObject({ page: { name: 'logged-out' } });
  });

  it.each<[string, Record<string, string>]>([
    ['an open redirect', { post_logout_redirect_uri: 'https://evil.example.test/' }],
    ['a login callback is no logout callback', { post_logout_redirect_uri: 'https://web.example.test/cb' }],
    ["another client's", { post_logout_redirect_uri: 'https://second.example.test/bye' }],
    ['a longer one', { post_logout_redirect_uri: `${bye}/../../evil` }],
    ['javascript:', { post_logout_redirect_uri: 'javascript:alert(1)' }],
    [
      'client_id differs from the hint',
      { client_id: 'second', post_logout_redirect_uri: 'https://second.example.test/bye' },
    ],
    ['an unknown client', { client_id: 'nobody', post_logout_redirect_uri: bye }],
    ['a forged hint', { id_token_hint: 'a.b.c', post_logout_redirect_uri: bye }],
  ])('§3: %s is a page, and nothing ends', async (_, params) => {
    const reply = await alice.browser.get('endSession', { id_token_hint: alice.id_token, ...params });
    expect(reply).toMatchObject({ kind: 'page', status: 400, page: { name: 'error', error: 'invalid_request' } });
    expect(await isSignedIn(alice)).toBe(true);
  });

  it('without hint, client and session there is no URI to compare with: nobody is signed in, and the browser stays', async () => {
    const reply = await ruleBrowser(all).get('endSession', { post_logout_redirect_uri: bye });
    expect(reply).toMatchObject({ kind: 'page', status: 200, page: { name: 'logged-out' } });
    expect(reply).not.toHaveProperty('page.next');
  });
});

describe('Back-Channel Logout 1.0 §2.7: what hangs on the session', () => {
  it('ends with it, save what was given for offline access', async () => {
    const online = await signedIn(all, 'web', { scope: 'openid profile', prompt: undefined });
    for (const { browser, id_token } of [alice, online]) await browser.get('endSession', { id_token_hint: id_token });
    expect([await isActive(online.access_token), await isActive(alice.access_token)]).toEqual([false, true]);
    const ended = all.stores.facts.map(({ event, data }) => [
      event,
      'authorizationIds' in data && data.authorizationIds,
    ]);
    expect(ended).toEqual([
      ['sessionEnded', []],
      ['sessionEnded', [tokenNameOf(online.access_token)?.authorizationId]],
    ]);
  });
});
