import { beforeEach, describe, expect, it } from '@jest/globals';
import { namedPartition, partitionFor, sha256, unbounded, type EndpointReply, type Page } from '@portico/endpoint';
import { bodyOf, get, paramsOf, ruleBrowser, rules, secret, tokenClient, type Rules } from '@portico/testing';
import { interactionLifetimeSeconds } from '../interaction.js';

const session = '__Host-portico_session';
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

let all: Rules;
const open = (more = {}) => rules({ web: { logo_uri: 'https://web.example.test/logo.png' }, second: {} }, more);
beforeEach(async () => {
  all = await open();
});

const request = (id: string) => ({
  client_id: id,
  redirect_uri: `https://${id}.example.test/cb`,
  response_type: 'code',
  scope: 'openid profile',
});
type Browser = ReturnType<typeof ruleBrowser>;
const signedIn = async ({ as = 'alice', at = ['web'], ip = '192.0.2.1' } = {}): Promise<Browser> => {
  const browser = ruleBrowser(all, ip);
  for (const id of at) await browser.answer(await browser.get('authorize', request(id)), as);
  return browser;
};
const sidOf = async ({ cookies }: Browser) =>
  (await all.stores.sessions.find(sha256(cookies[session] ?? ''), all.clock()))?.sid;
type List = Page & { name: 'sessions' };
const listOf = (reply: EndpointReply): List => {
  if (reply.kind !== 'page' || reply.page.name !== 'sessions') throw new Error(`no list: ${JSON.stringify(reply)}`);
  return reply.page;
};
const endings = () => all.stores.facts.filter(({ event }) => event === 'sessionEnded').map(({ data }) => data);

describe('where a person is signed in', () => {
  it('shows each session: its browser and place, since when, and the clients by name and picture', async () => {
    const phone = await signedIn({ at: ['web', 'second'], ip: '198.51.100.7' });
    all.clock.pass(600);
    const desk = await signedIn();
    all.clock.pass(90);
    const { sessions, clients, account, at } = listOf(await desk.get('sessions', {}));
    expect(account).toEqual({ name: 'Alice Example' });
    expect(clients).toMatchObject({ web: { name: 'web', logoUri: 'https://web.example.test/logo.png' } });
    expect(Object.keys(clients).sort()).toEqual(['second', 'web']);
    expect(sessions).toEqual([
      {
        sid: await sidOf(desk),
        current: true,
        ip: '192.0.2.1',
        startedAt: at - 90,
        lastUsedAt: at,
        clientIds: ['web'],
      },
      {
        sid: await sidOf(phone),
        current: false,
        ip: '198.51.100.7',
        startedAt: at - 690,
        lastUsedAt: at - 690,
        clientIds: ['second', 'web'],
      },
    ]);
  });

  it('names the browser as the sign-in has shown it', async () => {
    const browser = await signedIn({ at: [] });
    const page = await browser.get('sessions', {});
    const form = page.kind === 'page' && page.page.name === 'sign-in' ? page.page : undefined;
    const reply = await all.endpoints.signIn({
      ...get(),
      method: 'POST',
      params: {
        interaction: [form!.interaction],
        csrf: [form!.csrf],
        identifier: ['alice'],
        password: [secret],
      },
      headers: { 'user-agent': firefox },
      cookies: { ...browser.cookies },
    });
    browser.cookies[session] = reply.cookies.find(({ name }) => name === session)!.value;
    const { sessions } = listOf(await browser.get('sessions', {}));
    expect(sessions).toMatchObject([{ browser: 'Firefox', system: 'Linux', clientIds: [] }]);
  });

  it('shows nobody else’s, and none that has ended', async () => {
    await signedIn({ as: 'bob' });
    const gone = await signedIn();
    await all.stores.sessions.end((await sidOf(gone))!, 'logout', all.clock());
    expect(listOf(await (await signedIn()).get('sessions', {})).sessions).toHaveLength(1);
  });

  it('a client that is registered no more is left out', async () => {
    const browser = await signedIn();
    all.stores.clients.find = () => Promise.resolve(undefined);
    expect(listOf(await browser.get('sessions', {}))).toMatchObject({ clients: {}, sessions: [{ current: true }] });
  });

  it('tells nobody of the secrets: neither that of the session nor its hash', async () => {
    const browser = await signedIn();
    const reply = JSON.stringify(await browser.get('sessions', {}));
    expect(reply).not.toContain(browser.cookies[session]);
    expect(reply).not.toContain(sha256(browser.cookies[session]!));
  });
});

describe('who is not signed in', () => {
  it('signs in first, with no client that waits and none to go back to, and then sees the list', async () => {
    const browser = ruleBrowser(all);
    const page = await browser.get('sessions', { ui_locales: 'zh-CN' });
    expect(page).toMatchObject({
      uiLocales: 'zh-CN',
      page: { name: 'sign-in', client: { name: 'id.example.test' }, cancellable: false },
    });
    const wrong = await browser.submit(page, { identifier: 'alice', password: 'wrong' });
    expect(wrong).toMatchObject({ status: 422, page: { name: 'sign-in', cancellable: false } });
    const list = await browser.submit(wrong, { identifier: 'alice', password: secret });
    expect(listOf(list)).toMatchObject({ uiLocales: 'zh-CN', sessions: [{ current: true }] });
  });

  it('what waits for them is kept in a part that is dropped whole', async () => {
    const page = await ruleBrowser(all).get('sessions', {});
    const { interaction } = page.kind === 'page' && page.page.name === 'sign-in' ? page.page : { interaction: '' };
    const [from, until] = [all.clock(), all.clock() + interactionLifetimeSeconds];
    expect(namedPartition(interaction)).toBe(partitionFor({ from, until }));
    expect(namedPartition(interaction)).not.toBe(unbounded);
  });

  it('who goes no further is asked again, and not sent round', async () => {
    const browser = ruleBrowser(all);
    const again = await browser.submit(await browser.get('sessions', {}), { answer: 'cancel' });
    expect(again).toMatchObject({ page: { name: 'sign-in' } });
  });

  it('the interaction serves no other purpose', async () => {
    const browser = ruleBrowser(all);
    const page = await browser.get('sessions', {});
    const { interaction } = page.kind === 'page' && page.page.name === 'sign-in' ? page.page : { interaction: '' };
    for (const name of ['resume', 'device'] as const)
      expect(await browser.get(name, { interaction })).toMatchObject({ page: { name: 'error' } });
  });

  it('a form that comes late ends nothing and asks to sign in', async () => {
    const [browser, other] = [await signedIn(), await signedIn()];
    const page = await browser.get('sessions', {});
    await all.stores.sessions.end((await sidOf(browser))!, 'logout', all.clock());
    const reply = await browser.submit(page, { answer: 'others' });
    expect(reply).toMatchObject({ page: { name: 'sign-in' } });
    expect(await sidOf(other)).toBeDefined();
  });
});

describe('ending sessions', () => {
  it('one: what hung on it is revoked, and this one stays', async () => {
    const [browser, other, third] = [await signedIn(), await signedIn(), await signedIn()];
    const sid = (await sidOf(other))!;
    const list = await browser.submit(await browser.get('sessions', {}), { answer: 'end', sid });
    expect(listOf(list).sessions).toHaveLength(2);
    expect([await sidOf(other), await sidOf(third)]).toEqual([undefined, expect.any(String)]);
    expect(endings()).toEqual([
      {
        sid,
        subject: 'sub-alice',
        reason: 'ended_by_person',
        at: all.clock(),
        authorizationIds: [expect.any(String)],
      },
    ]);
    expect(paramsOf(await browser.get('authorize', { ...request('web'), prompt: 'none' }))).toHaveProperty('code');
    expect(paramsOf(await other.get('authorize', { ...request('web'), prompt: 'none' }))).toMatchObject({
      error: 'login_required',
    });
  });

  it('OpenID Connect Back-Channel Logout 1.0 §2.7: a token of it is not active any more, one with offline access is', async () => {
    const other = await signedIn();
    const { redeem, isActive } = tokenClient(() => all);
    const tokens = async (scope: string) => {
      const reply = await other.answer(await other.get('authorize', { ...request('web'), scope, prompt: 'consent' }));
      return bodyOf(await redeem('web', paramsOf(reply).code!));
    };
    const [bound, offline] = [await tokens('openid'), await tokens('openid offline_access')];
    const sid = (await sidOf(other))!;
    const browser = await signedIn();
    await browser.submit(await browser.get('sessions', {}), { answer: 'end', sid });
    expect(await isActive(bound.access_token)).toBe(false);
    expect(await isActive(offline.refresh_token)).toBe(true);
  });

  it('all others, however many there are, and nobody else’s', async () => {
    const [browser, bob] = [await signedIn(), await signedIn({ as: 'bob' })];
    const about = { subject: 'sub-alice', amr: ['pwd'], authTime: all.clock(), startedAt: all.clock() };
    for (let n = 0; n < 250; n += 1) {
      const times = { lastUsedAt: all.clock(), expiresAt: all.clock() + 900 };
      await all.stores.sessions.start({ ...about, ...times, sid: `s${n}` }, `hash ${n}`);
    }
    const list = await browser.submit(await browser.get('sessions', {}), { answer: 'others' });
    expect(listOf(list).sessions).toMatchObject([{ current: true }]);
    expect(endings()).toHaveLength(250);
    expect(await sidOf(bob)).toBeDefined();
  });

  it('this one: the one way out, which asks first', async () => {
    const browser = await signedIn();
    const page = await browser.get('sessions', {});
    expect(listOf(page).signOut).toBe('/oidc/session/end');
    const asked = await browser.submit(page, { answer: 'end', sid: (await sidOf(browser))! });
    expect(asked).toMatchObject({ page: { name: 'logout' } });
    expect(await sidOf(browser)).toBeDefined();
    expect(await browser.submit(asked, { answer: 'logout' })).toMatchObject({ page: { name: 'logged-out' } });
    expect(browser.cookies).not.toHaveProperty(session);
  });

  it('twice is once, and an unknown one is none', async () => {
    const [browser, other] = [await signedIn(), await signedIn()];
    const page = await browser.get('sessions', {});
    const sid = (await sidOf(other))!;
    for (const given of [sid, sid, 'unknown', `' OR 1=1 --`])
      expect(listOf(await browser.submit(page, { answer: 'end', sid: given })).sessions).toHaveLength(1);
    expect(endings()).toHaveLength(1);
  });

  it('another person’s session stays, whoever knows its name', async () => {
    const [browser, bob] = [await signedIn(), await signedIn({ as: 'bob' })];
    const sid = (await sidOf(bob))!;
    await browser.submit(await browser.get('sessions', {}), { answer: 'end', sid });
    expect(await sidOf(bob)).toBe(sid);
    expect(endings()).toEqual([]);
  });

  it('RFC 9700 §4.7: a form from another site ends nothing', async () => {
    const [browser, other] = [await signedIn(), await signedIn()];
    for (const csrf of [undefined, '', 'guessed'])
      expect(await browser.post('sessions', { answer: 'others', csrf })).toMatchObject({
        status: 403,
        page: { error: 'forged_form' },
      });
    const bob = await signedIn({ as: 'bob' });
    const { csrf } = listOf(await bob.get('sessions', {}));
    expect(await browser.post('sessions', { answer: 'others', csrf })).toMatchObject({ status: 403 });
    expect(await browser.get('sessions', { answer: 'others' })).toMatchObject({ page: { name: 'sessions' } });
    expect(await sidOf(other)).toBeDefined();
  });

  it.each([{}, { answer: 'end' }, { answer: 'all' }, { answer: 'constructor', sid: 'x' }])(
    'an answer that fits no question is refused: %j',
    async (answer) => {
      const browser = await signedIn();
      const reply = await browser.submit(await browser.get('sessions', {}), answer);
      expect(reply).toMatchObject({ status: 400, page: { name: 'error', error: 'invalid_request' } });
    },
  );

  it('RFC 6749 §3.1: a parameter that is there twice is refused', async () => {
    const browser = await signedIn();
    const reply = await browser.submit(await browser.get('sessions', {}), { answer: ['end', 'others'] });
    expect(reply).toMatchObject({ status: 400, page: { error: 'invalid_request' } });
    expect(endings()).toEqual([]);
  });
});

describe('NIST SP 800-63B §7.2: a session that rests', () => {
  const silent = async (browser: Browser) =>
    paramsOf(await browser.get('authorize', { ...request('web'), prompt: 'none' }));

  it('ends after the idle time, and goes on while it is used, up to its end', async () => {
    all = await open({ sessionIdleSeconds: 900 });
    const [busy, idle] = [await signedIn(), await signedIn()];
    for (let turn = 0; turn < 3; turn += 1) {
      all.clock.pass(800);
      expect(await silent(busy)).toHaveProperty('code');
    }
    expect(await silent(idle)).toMatchObject({ error: 'login_required' });
    all.clock.pass(800);
    expect(await silent(busy)).toHaveProperty('code');
    // An hour is over, and with it the session, used or not.
    all.clock.pass(400);
    expect(await silent(busy)).toMatchObject({ error: 'login_required' });
  });

  it('where there is none, it may rest as long as it lasts', async () => {
    const browser = await signedIn();
    all.clock.pass(3_599);
    expect(await silent(browser)).toHaveProperty('code');
    all.clock.pass(1);
    expect(await silent(browser)).toMatchObject({ error: 'login_required' });
  });

  it('OpenID Connect Core 1.0 §3.1.2.1: being used makes no sign-in younger, max_age counts from that', async () => {
    all = await open({ sessionIdleSeconds: 900 });
    const browser = await signedIn();
    for (let turn = 0; turn < 2; turn += 1) {
      all.clock.pass(400);
      expect(await silent(browser)).toHaveProperty('code');
    }
    const asked = { ...request('web'), prompt: 'none', max_age: '600' };
    expect(paramsOf(await browser.get('authorize', asked))).toMatchObject({ error: 'login_required' });
  });

  it('signing in again begins both times anew, under the same name', async () => {
    all = await open({ sessionIdleSeconds: 900 });
    const browser = await signedIn();
    const sid = await sidOf(browser);
    all.clock.pass(850);
    await browser.answer(await browser.get('authorize', { ...request('web'), prompt: 'login' }));
    for (let turn = 0; turn < 4; turn += 1) {
      all.clock.pass(850);
      expect(await silent(browser)).toHaveProperty('code');
    }
    expect(await sidOf(browser)).toBe(sid);
  });
});
