import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EndpointReply } from '@portico/endpoint';
import { get, issuer, post, ruleBrowser, rules, signedIn, type Rules, type SignedIn } from '@portico/testing';
import { decodeJwt } from 'jose';
import { metadata } from '../metadata.js';

const frame = (id: string, path = '/out') => `https://${id}.example.test${path}`;
const bye = 'https://web.example.test/bye';

const sidOf = ({ id_token }: SignedIn) => String(decodeJwt(id_token).sid);

let all: Rules;
let alice: SignedIn;
beforeEach(async () => {
  all = await rules({
    web: { frontchannel_logout_uri: frame('web'), frontchannel_logout_session_required: true },
    second: { frontchannel_logout_uri: frame('second') },
    query: { frontchannel_logout_uri: frame('query', '/out?a=b%20c'), frontchannel_logout_session_required: true },
    silent: {},
    elsewhere: { frontchannel_logout_uri: frame('elsewhere') },
  });
  alice = await signedIn(all, 'web');
});

const visit = async (id: string) => {
  const request = { client_id: id, redirect_uri: `https://${id}.example.test/cb`, response_type: 'code' };
  await alice.browser.answer(await alice.browser.get('authorize', { ...request, scope: 'openid' }));
};
const logout = (more: Record<string, string> = {}) =>
  alice.browser.get('endSession', { id_token_hint: alice.id_token, ...more });
const framesOf = (reply: EndpointReply): string[] => {
  if (reply.kind !== 'page' || reply.page.name !== 'logged-out') throw new Error(JSON.stringify(reply));
  return reply.page.frames ?? [];
};
const parsed = (uri: string | undefined) => {
  const { origin, pathname, searchParams } = new URL(uri ?? '');
  return { at: origin + pathname, query: Object.fromEntries(searchParams) };
};

describe('OpenID Connect Front-Channel Logout 1.0', () => {
  it('§3: every client of the session is told at once, and no other; before the browser goes on', async () => {
    for (const id of ['second', 'silent']) await visit(id);
    const reply = await logout({ post_logout_redirect_uri: bye, state: 's' });
    expect(reply).toMatchObject({ kind: 'page', status: 200, page: { name: 'logged-out', next: `${bye}?state=s` } });
    expect(framesOf(reply).map((uri) => parsed(uri).at)).toEqual([frame('second'), frame('web')]);
  });

  it('§2: iss and sid are there, both, where the client needs them, and neither where it does not', async () => {
    await visit('second');
    const [second, web] = framesOf(await logout());
    expect(parsed(second).query).toEqual({});
    expect(parsed(web).query).toEqual({ iss: issuer, sid: sidOf(alice) });
  });

  it('§2: a query that the client has registered is retained', async () => {
    await visit('query');
    const [uri] = framesOf(await logout());
    expect(uri).toMatch(/^https:\/\/query\.example\.test\/out\?a=b%20c&iss=/);
    expect(parsed(uri).query).toEqual({ a: 'b c', iss: issuer, sid: sidOf(alice) });
  });

  it('§3: sid is the one of the ID Token', () => {
    expect(decodeJwt(alice.id_token)).toMatchObject({ sid: expect.any(String) });
    expect(metadata({ issuer } as Parameters<typeof metadata>[0], all.keys)).toMatchObject({
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
    });
  });

  it('RP-Initiated Logout 1.0 §2: also after the question, and the one that asks is among them', async () => {
    const asked = await alice.browser.get('endSession', { client_id: 'web', post_logout_redirect_uri: bye });
    if (asked.kind !== 'page' || asked.page.name !== 'logout') throw new Error('the person is not asked');
    const { fields, csrf } = asked.page;
    const reply = await alice.browser.post('endSession', { ...fields, csrf, answer: 'logout' });
    expect(reply).toMatchObject({ page: { next: bye } });
    expect(framesOf(reply)).toHaveLength(1);
  });

  it('a logout by a link has them too', async () => {
    const { cookies } = alice.browser;
    const url = `/login/profile/logout?redirect_uri=${bye}`;
    const reply = await all.endpoints.easyLogout(get({ redirect_uri: bye }, { url, cookies }));
    expect(reply).toMatchObject({ kind: 'page', page: { name: 'logged-out', next: bye } });
    expect(framesOf(reply)).toHaveLength(1);
  });

  it('where nobody has to be told the browser goes on at once', async () => {
    const other = await signedIn(all, 'silent');
    const reply = await other.browser.get('endSession', {
      id_token_hint: other.id_token,
      post_logout_redirect_uri: 'https://silent.example.test/bye',
    });
    expect(reply).toMatchObject({ kind: 'redirect', location: 'https://silent.example.test/bye' });
  });

  it('nobody is told twice: the session has ended', async () => {
    const { cookies } = alice.browser;
    const again = { ...cookies };
    expect(framesOf(await logout())).toHaveLength(1);
    const late = await all.endpoints.endSession(get({ id_token_hint: alice.id_token }, { cookies: again }));
    expect(framesOf(late)).toEqual([]);
  });

  it('nobody is told of a session that goes on: asked, stayed, refused', async () => {
    const asked = await alice.browser.get('endSession', {});
    expect(asked).toMatchObject({ page: { name: 'logout' } });
    const csrf = asked.kind === 'page' && asked.page.name === 'logout' ? asked.page.csrf : '';
    for (const reply of [
      await alice.browser.post('endSession', { csrf, answer: 'stay' }),
      await logout({ post_logout_redirect_uri: 'https://evil.example.test/' }),
      await all.endpoints.endSession(post({ answer: 'logout', csrf }, { cookies: {} })),
    ])
      expect(JSON.stringify(reply)).not.toContain('/out');
  });

  it('another browser learns nothing of this session', async () => {
    const reply = await ruleBrowser(all).get('endSession', { id_token_hint: alice.id_token });
    expect(framesOf(reply)).toEqual([]);
  });

  it('a session with very many clients tells a hundred of them, the latest first', async () => {
    const many = Array.from({ length: 103 }, (_, at) => `c${at}`);
    const settings = many.map((id) => [id, { frontchannel_logout_uri: frame(id), consent: 'skip' }] as const);
    all = await rules({ web: {}, ...Object.fromEntries(settings) });
    alice = await signedIn(all, 'web');
    for (const id of many) {
      all.clock.pass(1);
      await visit(id);
    }
    const frames = framesOf(await logout());
    expect(frames).toHaveLength(100);
    expect([frames[0], frames.at(-1)]).toEqual([frame('c102'), frame('c3')]);
  });
});
