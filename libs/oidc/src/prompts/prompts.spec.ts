import { beforeEach, describe, expect, it } from '@jest/globals';
import { signJwt } from '@portico/jwt';
import { get, issuer, paramsOf, ruleBrowser, rules, type Rules } from '@portico/testing';

const web = {
  client_id: 'web',
  redirect_uri: 'https://web.example.test/cb',
  response_type: 'code',
  scope: 'openid profile',
};

let all: Rules;
let browser: ReturnType<typeof ruleBrowser>;
beforeEach(async () => {
  all = await rules({ web: {}, second: {} });
  browser = ruleBrowser(all);
});

describe('single sign-on', () => {
  beforeEach(async () => {
    await browser.answer(await browser.get('authorize', web));
  });

  it('a second application needs no second sign-in, only its consent', async () => {
    const reply = await browser.get('authorize', {
      ...web,
      client_id: 'second',
      redirect_uri: 'https://second.example.test/cb',
    });
    expect(reply).toMatchObject({ page: { name: 'consent', client: { name: 'second' } } });
  });

  it('an approval is remembered, and more is asked when more is wanted', async () => {
    expect(paramsOf(await browser.get('authorize', { ...web, prompt: 'none' })).code).toBeDefined();
    expect(paramsOf(await browser.get('authorize', { ...web, scope: 'openid email', prompt: 'none' }))).toMatchObject({
      error: 'consent_required',
    });
    expect(await browser.get('authorize', { ...web, scope: 'openid email' })).toMatchObject({
      page: { name: 'consent', scopes: ['openid', 'email'] },
    });
  });

  it.each(['login', 'consent', 'select_account'])(
    'OpenID Connect Core 1.0 §3.1.2.1: prompt=%s asks again',
    async (prompt) => {
      const names = { login: 'sign-in', consent: 'consent', select_account: 'select-account' } as Record<
        string,
        string
      >;
      const page = await browser.get('authorize', { ...web, prompt });
      expect(page).toMatchObject({ page: { name: names[prompt] } });
      expect(paramsOf(await browser.answer(page)).code).toBeDefined();
    },
  );

  it('prompt=login consent asks both', async () => {
    const signIn = await browser.get('authorize', { ...web, prompt: 'login consent' });
    const consent = await browser.submit(signIn, { identifier: 'alice', password: 'correct horse battery staple' });
    expect([signIn, consent]).toMatchObject([{ page: { name: 'sign-in' } }, { page: { name: 'consent' } }]);
  });

  it('select_account: another one signs in', async () => {
    const select = await browser.get('authorize', { ...web, prompt: 'select_account' });
    const signIn = await browser.submit(select, { answer: 'other' });
    expect(signIn).toMatchObject({ page: { name: 'sign-in' } });
    expect(paramsOf(await browser.answer(signIn, 'bob')).code).toBeDefined();
  });

  it('§3.1.2.1: max_age passed asks for a sign-in, and a fresh one satisfies it', async () => {
    all.clock.pass(100);
    expect(paramsOf(await browser.get('authorize', { ...web, max_age: '100', prompt: 'none' })).code).toBeDefined();
    expect(paramsOf(await browser.get('authorize', { ...web, max_age: '99', prompt: 'none' }))).toMatchObject({
      error: 'login_required',
    });
    const signIn = await browser.get('authorize', { ...web, max_age: '0' });
    expect(signIn).toMatchObject({ page: { name: 'sign-in' } });
    expect(paramsOf(await browser.answer(signIn)).code).toBeDefined();
  });

  it('§3.1.2.2: id_token_hint of another person ends in login_required, and of this one in a code', async () => {
    const hint = (sub: string, aud = 'web') =>
      signJwt({ iss: issuer, sub, aud, exp: 1 }, 'JWT', all.keys.signing('RS256'));
    const silent = async (sub: string) =>
      paramsOf(await browser.get('authorize', { ...web, prompt: 'none', id_token_hint: await hint(sub) }));
    expect((await silent('sub-alice')).code).toBeDefined();
    expect(await silent('sub-bob')).toMatchObject({ error: 'login_required' });
    const asked = await browser.get('authorize', { ...web, id_token_hint: await hint('sub-bob') });
    expect(paramsOf(await browser.answer(asked, 'alice'))).toMatchObject({ error: 'login_required' });
    const foreign = await browser.get('authorize', {
      ...web,
      prompt: 'none',
      id_token_hint: await hint('sub-alice', 'second'),
    });
    expect(paramsOf(foreign)).toMatchObject({ error: 'invalid_request' });
  });

  it('a session ends with its lifetime', async () => {
    all.clock.pass(3600);
    expect(paramsOf(await browser.get('authorize', { ...web, prompt: 'none' }))).toMatchObject({
      error: 'login_required',
    });
  });
});

describe('an interaction belongs to one browser and one person', () => {
  it('in another browser its link leads nowhere', async () => {
    const asked = await all.endpoints.authorize(get(web));
    if (asked.kind !== 'redirect') throw new Error(asked.kind);
    const stranger = await ruleBrowser(all).follow(asked.location);
    expect(stranger).toMatchObject({ kind: 'page', status: 400, page: { error: 'interaction_expired' } });
  });

  it('a consent that Alice gave does not count for Bob, who signed in meanwhile', async () => {
    const consent = await browser.submit(await browser.get('authorize', web), {
      identifier: 'alice',
      password: 'correct horse battery staple',
    });
    const id = consent.kind === 'page' && 'interaction' in consent.page ? consent.page.interaction : '';
    await all.stores.interactions.answer(
      id,
      { consent: { sid: 'the sid of alice', scopes: ['openid', 'profile'], at: all.clock() } },
      all.clock(),
    );
    expect(await browser.get('resume', { interaction: id })).toMatchObject({ page: { name: 'consent' } });
  });

  it('it expires', async () => {
    const signIn = await browser.get('authorize', web);
    all.clock.pass(1800);
    expect(await browser.answer(signIn)).toMatchObject({ page: { name: 'error', error: 'interaction_expired' } });
  });

  it('a redirect URI that was taken back meanwhile is not used', async () => {
    const consent = await browser.submit(await browser.get('authorize', web), {
      identifier: 'alice',
      password: 'correct horse battery staple',
    });
    const client = await all.stores.clients.find('web');
    await all.stores.registrations.save(
      [{ ...client!, metadata: { ...client!.metadata, redirect_uris: ['https://new.example.test/cb'] } }],
      [],
    );
    expect(await browser.submit(consent, { answer: 'allow' })).toMatchObject({ kind: 'page', status: 400 });
  });
});
