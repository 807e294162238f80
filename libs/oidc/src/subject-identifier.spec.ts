import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ruleBrowser } from '@portico/testing';
import { basic, bodyOf, get, issuer, paramsOf, post, rules, secret, signedIn, type Rules } from '@portico/testing';
import { decodeJwt } from 'jose';
import { subjectIdentifiers } from './subject-identifier.js';

const pairwise = { subject_type: 'pairwise' };
let all: Rules;
beforeEach(async () => {
  all = await rules({
    public: {},
    one: pairwise,
    other: pairwise,
    sibling: { ...pairwise, redirect_uris: ['https://one.example.test/sibling'] },
    many: {
      ...pairwise,
      redirect_uris: ['https://many.example.test/cb', 'https://more.example.test/cb'],
      sector_identifier_uri: 'https://one.example.test/sector.json',
    },
  });
});

const subs = async (id: string, more: Record<string, string> = {}) => {
  const tokens = await signedIn(all, id, more);
  const userinfo = get({}, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  const introspect = (as: string) =>
    all.endpoints.introspection(post({ token: tokens.access_token }, { headers: basic(as, secret) }));
  return [
    decodeJwt(tokens.id_token).sub,
    decodeJwt(tokens.access_token).sub,
    bodyOf(await all.endpoints.userinfo(userinfo)).sub,
    bodyOf(await introspect(id)).sub,
    bodyOf(await introspect('public')).sub,
  ];
};
const subOf = async (id: string, more: Record<string, string> = {}) => (await subs(id, more))[0]!;

describe('OpenID Connect Core 1.0 §8: subject identifier types', () => {
  it('public: the same sub to all clients', async () => {
    expect(new Set(await subs('public'))).toEqual(new Set(['sub-alice']));
  });

  it('§8.1: pairwise: one sub in the id_token, the access token, user info and introspection', async () => {
    const [first, ...rest] = await subs('one');
    expect(first).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(new Set(rest)).toEqual(new Set([first]));
  });

  it('§8.1: it is deterministic, another one in another sector, and the same in the same', async () => {
    const one = await subOf('one');
    expect(await subOf('one')).toBe(one);
    expect(await subOf('other')).not.toBe(one);
    expect(await subOf('sibling', { redirect_uri: 'https://one.example.test/sibling' })).toBe(one);
    expect(await subOf('one', { username: 'bob' })).not.toBe(one);
  });

  it('§8.1: the host of sector_identifier_uri is the sector', async () => {
    const redirect_uri = 'https://many.example.test/cb';
    expect(await subOf('many', { redirect_uri })).toBe(await subOf('one'));
  });

  it('§8.1: nobody finds the person without the key', async () => {
    const client = (await all.stores.clients.find('one'))!;
    const [mine, theirs] = [1, 2].map((byte) => subjectIdentifiers(new Uint8Array(32).fill(byte)));
    expect(mine!(client, 'sub-alice')).not.toBe(theirs!(client, 'sub-alice'));
  });

  it('in the id_token and at user info after a refresh too', async () => {
    const tokens = await signedIn(all, 'one');
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
    const refreshed = bodyOf(await all.endpoints.token(post(form, { headers: basic('one', secret) })));
    expect(decodeJwt(String(refreshed.id_token)).sub).toBe(decodeJwt(tokens.id_token).sub);
    expect(decodeJwt(String(refreshed.access_token)).sub).toBe(decodeJwt(tokens.id_token).sub);
  });
});

describe('OpenID Connect Core 1.0 §3.1.2.2: what comes back with a pairwise sub', () => {
  const at = (id: string, more: object) => ({
    client_id: id,
    redirect_uri: `https://${id}.example.test/cb`,
    response_type: 'code',
    scope: 'openid profile offline_access',
    prompt: 'none',
    ...more,
  });
  const outcome = async (browser: ReturnType<typeof ruleBrowser>, params: Record<string, string>) =>
    paramsOf(await browser.get('authorize', params)).error ?? 'code';
  const meaning = (sub: unknown) => ({ claims: JSON.stringify({ id_token: { sub: { value: sub } } }) });

  it('id_token_hint, and the value of the claim sub, mean the person', async () => {
    const { browser, id_token } = await signedIn(all, 'one');
    const bob = await signedIn(all, 'one', { username: 'bob' });
    expect(await outcome(browser, at('one', { id_token_hint: id_token }))).toBe('code');
    expect(await outcome(browser, at('one', { id_token_hint: bob.id_token }))).toBe('login_required');
    expect(await outcome(browser, at('one', meaning(decodeJwt(id_token).sub)))).toBe('code');
    expect(await outcome(browser, at('one', meaning(decodeJwt(bob.id_token).sub)))).toBe('login_required');
    expect(await outcome(browser, at('one', meaning('sub-alice')))).toBe('login_required');
  });

  it('RP-Initiated Logout 1.0 §2: id_token_hint ends the session of its person, and of nobody else', async () => {
    const { browser, id_token } = await signedIn(all, 'one');
    const bob = await signedIn(all, 'one', { username: 'bob' });
    expect(await bob.browser.get('endSession', { id_token_hint: id_token })).toMatchObject({
      page: { name: 'logout' },
    });
    expect(await browser.get('endSession', { id_token_hint: id_token })).toMatchObject({
      page: { name: 'logged-out' },
    });
  });

  it('client_credentials: the client is its own subject', async () => {
    const form = post({ grant_type: 'client_credentials' }, { headers: basic('one', secret) });
    const { access_token } = bodyOf(await all.endpoints.token(form));
    expect(decodeJwt(String(access_token))).toMatchObject({ sub: 'one', iss: issuer });
  });
});
