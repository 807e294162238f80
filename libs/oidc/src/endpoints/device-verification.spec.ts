import { beforeEach, describe, expect, it } from '@jest/globals';
import { bodyOf, get, post, ruleBrowser, rules, secret, type Rules } from '@portico/testing';

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
const tv = {
  client_name: 'Television',
  logo_uri: 'https://tv.example.test/logo.png',
  token_endpoint_auth_method: 'none',
  grant_types: [grantType],
  redirect_uris: [],
};

let all: Rules;
let browser: ReturnType<typeof ruleBrowser>;
beforeEach(async () => {
  all = await rules({
    tv,
    web: {},
    ...Object.fromEntries(
      ['always', 'skip', 'remember'].map((consent) => [
        consent,
        { ...tv, consent, grant_types: [grantType, 'refresh_token'] },
      ]),
    ),
  });
  browser = ruleBrowser(all);
});

const begin = async () =>
  bodyOf(await all.endpoints.deviceAuthorization(post({ client_id: 'tv', scope: 'openid profile' }))) as Record<
    string,
    string
  >;
const poll = async (device_code: string | undefined) =>
  bodyOf(await all.endpoints.token(post({ grant_type: grantType, client_id: 'tv', device_code })));
const type = async (user_code: string, from = browser) => from.submit(await from.get('device', {}), { user_code });
const signIn = { identifier: 'alice', password: secret };

describe('RFC 8628 §3.3: a person types the code', () => {
  it('is shown whose device it is, signs in, agrees, and is told to go on there', async () => {
    const { user_code: code, device_code: device } = await begin();
    expect(await browser.get('device', {})).toMatchObject({ kind: 'page', status: 200, page: { name: 'device-code' } });
    const confirm = await type(code!.toLowerCase().replace('-', ' '));
    const client = { name: 'Television', logoUri: tv.logo_uri };
    expect(confirm).toMatchObject({ kind: 'page', page: { name: 'device-confirm', userCode: code, client } });
    const signInPage = await browser.submit(confirm, { answer: 'continue' });
    expect(signInPage).toMatchObject({ page: { name: 'sign-in', client } });
    const consent = await browser.submit(signInPage, signIn);
    expect(consent).toMatchObject({ page: { name: 'consent', scopes: ['openid', 'profile'], client } });
    expect(await poll(device)).toMatchObject({ error: 'authorization_pending' });
    const done = await browser.submit(consent, { answer: 'allow' });
    expect(done).toMatchObject({
      kind: 'page',
      status: 200,
      page: { name: 'device-done', outcome: 'approved', client },
    });
    expect(await poll(device)).toHaveProperty('access_token');
  });

  it.each([
    ['at the code', [{ answer: 'deny' }]],
    ['at the sign-in', [{ answer: 'continue' }, { answer: 'cancel' }]],
    ['at the consent', [{ answer: 'continue' }, signIn, { answer: 'deny' }]],
  ])('says no %s: the device is told, and the code leads nowhere', async (_, turns) => {
    const { user_code: code, device_code: device } = await begin();
    let now = await type(code!);
    for (const turn of turns) now = await browser.submit(now, { ...turn });
    expect(now).toMatchObject({ kind: 'page', status: 200, page: { name: 'device-done', outcome: 'denied' } });
    expect(await poll(device)).toMatchObject({ error: 'access_denied' });
    expect(await type(code!)).toMatchObject({ status: 422, page: { fault: 'unknown_or_expired' } });
  });
});

describe('OpenID Connect Core 1.0 §3.1.2.4: what a person has agreed to before', () => {
  const begun = async (id: string, scope: string) =>
    bodyOf(await all.endpoints.deviceAuthorization(post({ client_id: id, scope }))) as Record<string, string>;
  const confirmed = async (id: string, scope: string, from = browser) => {
    const { user_code: code, device_code: device } = await begun(id, scope);
    const confirm = await type(code!, from);
    // RFC 8628 §3.3.1, §5.4: this one is asked for every device.
    expect(confirm).toMatchObject({ page: { name: 'device-confirm', userCode: code } });
    return { device, next: await from.submit(confirm, { answer: 'continue' }) };
  };
  const tokens = async (id: string, device_code: string | undefined) =>
    bodyOf(await all.endpoints.token(post({ grant_type: grantType, client_id: id, device_code })));
  const approved = { page: { name: 'device-done', outcome: 'approved' } };

  it('remember: is asked once, also whether it may stay connected, and for the next device confirms the code alone', async () => {
    const first = await confirmed('remember', 'openid offline_access');
    const consent = await browser.submit(first.next, signIn);
    expect(consent).toMatchObject({ page: { name: 'consent', scopes: ['openid', 'offline_access'] } });
    expect(await browser.submit(consent, { answer: 'allow' })).toMatchObject(approved);
    expect(await tokens('remember', first.device)).toHaveProperty('refresh_token');
    const second = await confirmed('remember', 'openid offline_access');
    expect(second.next).toMatchObject(approved);
    expect(await tokens('remember', second.device)).toHaveProperty('refresh_token');
  });

  it('remember: a scope that is new is asked for', async () => {
    await browser.answer((await confirmed('remember', 'openid')).next);
    const { next, device } = await confirmed('remember', 'openid profile');
    expect(next).toMatchObject({ page: { name: 'consent', scopes: ['openid', 'profile'] } });
    expect(await tokens('remember', device)).toMatchObject({ error: 'authorization_pending' });
  });

  it('remember: somebody else at another browser is asked', async () => {
    await browser.answer((await confirmed('remember', 'openid')).next);
    const other = ruleBrowser(all);
    const { next } = await confirmed('remember', 'openid', other);
    const consent = await other.submit(next, { identifier: 'bob', password: secret });
    expect(consent).toMatchObject({ page: { name: 'consent' } });
  });

  it('remember: who has said no is asked again', async () => {
    const consent = await browser.submit((await confirmed('remember', 'openid')).next, signIn);
    await browser.submit(consent, { answer: 'deny' });
    expect((await confirmed('remember', 'openid')).next).toMatchObject({ page: { name: 'consent' } });
  });

  it('always: is asked for each device', async () => {
    await browser.answer((await confirmed('always', 'openid')).next);
    expect((await confirmed('always', 'openid')).next).toMatchObject({ page: { name: 'consent' } });
  });

  it('skip: signs in, confirms the code, and is asked nothing else', async () => {
    const { next, device } = await confirmed('skip', 'openid offline_access');
    expect(next).toMatchObject({ page: { name: 'sign-in' } });
    expect(await browser.submit(next, signIn)).toMatchObject(approved);
    expect(await tokens('skip', device)).toHaveProperty('refresh_token');
  });
});

describe('OpenID Connect Core 1.0 §3.1.2.1: ui_locales', () => {
  const inChinese = { kind: 'page', uiLocales: 'zh-CN' };

  it('holds from the code to the end', async () => {
    const { user_code: code } = await begin();
    const start = await browser.get('device', { ui_locales: 'zh-CN' });
    expect(start).toMatchObject({ ...inChinese, page: { name: 'device-code', uiLocales: 'zh-CN' } });
    const wrong = await browser.submit(start, { user_code: 'nonsense' });
    expect(wrong).toMatchObject({ ...inChinese, status: 422 });
    const confirm = await browser.submit(wrong, { user_code: code });
    expect(confirm).toMatchObject({ ...inChinese, page: { name: 'device-confirm', uiLocales: 'zh-CN' } });
    const signInPage = await browser.submit(confirm, { answer: 'continue' });
    expect(signInPage).toMatchObject({ ...inChinese, page: { name: 'sign-in' } });
    const consent = await browser.submit(signInPage, signIn);
    expect(consent).toMatchObject({ ...inChinese, page: { name: 'consent' } });
    expect(await browser.submit(consent, { answer: 'allow' })).toMatchObject({
      ...inChinese,
      page: { name: 'device-done' },
    });
  });

  it('of the device holds too, where the person comes by its link, also for a no', async () => {
    const params = { client_id: 'tv', scope: 'openid', ui_locales: 'zh-CN' };
    const body = bodyOf(await all.endpoints.deviceAuthorization(post(params))) as Record<string, string>;
    const confirm = await browser.follow(body.verification_uri_complete!.replace('https://id.example.test', ''));
    expect(confirm).toMatchObject({ ...inChinese, page: { name: 'device-confirm' } });
    expect(await browser.submit(confirm, { answer: 'dance' })).toMatchObject({ ...inChinese, page: { name: 'error' } });
    expect(await browser.submit(confirm, { answer: 'deny' })).toMatchObject({
      ...inChinese,
      page: { name: 'device-done', outcome: 'denied' },
    });
  });

  it('is told where the code has expired meanwhile', async () => {
    const start = await browser.get('device', { ui_locales: 'zh-CN' });
    const confirm = await browser.submit(start, { user_code: (await begin()).user_code });
    const consent = await browser.submit(await browser.submit(confirm, { answer: 'continue' }), signIn);
    all.clock.pass(600);
    const late = await browser.submit(consent, { answer: 'allow' });
    expect(late).toMatchObject({ ...inChinese, status: 422, page: { name: 'device-code', uiLocales: 'zh-CN' } });
  });

  it.each(['"><script>', 'x'.repeat(101), '中文'])('what is no language is carried nowhere: %j', async (asked) => {
    const start = await browser.get('device', { ui_locales: asked });
    expect(start).toMatchObject({ status: 200, page: { name: 'device-code' } });
    expect(JSON.stringify(start)).not.toContain('ocales');
  });

  it('RFC 6749 §3.1: twice is an error', async () => {
    const twice = await browser.get('device', { ui_locales: ['zh-CN', 'en'] });
    expect(twice).toMatchObject({ status: 400, page: { error: 'invalid_request' } });
  });
});

describe('RFC 8628 §3.3.1, §5.4: a person comes by verification_uri_complete', () => {
  const path = (uri: string | undefined) => uri!.replace('https://id.example.test', '');

  it('must still say that the code is the one of their device', async () => {
    const { verification_uri_complete: uri, user_code: code, device_code: device } = await begin();
    await browser.answer(await type((await begin()).user_code!));
    const confirm = await browser.follow(path(uri));
    expect(confirm).toMatchObject({ page: { name: 'device-confirm', userCode: code } });
    expect(await poll(device)).toMatchObject({ error: 'authorization_pending' });
    expect(await browser.answer(confirm)).toMatchObject({ page: { name: 'device-done', outcome: 'approved' } });
  });

  it('RFC 9110 §9.2.1: a GET answers nothing, whatever it says', async () => {
    const { user_code: code, device_code: device } = await begin();
    for (const answer of ['continue', 'deny']) {
      const reply = await browser.get('device', { user_code: code, answer });
      expect(reply).toMatchObject({ page: { name: 'device-confirm' } });
    }
    expect(await poll(device)).toMatchObject({ error: 'authorization_pending' });
  });
});

describe('RFC 8628 §5.1: guessing', () => {
  it.each(['BCDF-GHJK', 'AAAA-AAAA', 'x', 'WDJB-MJHT-WDJB', '<script>'])(
    'says of %s only that it is unknown or has expired, and shows what was typed',
    async (typed) => {
      expect(await type(typed)).toMatchObject({
        kind: 'page',
        status: 422,
        page: { name: 'device-code', fault: 'unknown_or_expired', userCode: typed },
      });
    },
  );

  it('the same for a code that has expired, and for one that was used', async () => {
    const [used, expired] = [await begin(), await begin()];
    await browser.answer(await type(used.user_code!));
    const page = { name: 'device-code', fault: 'unknown_or_expired' };
    expect(await type(used.user_code!)).toMatchObject({ status: 422, page });
    all.clock.pass(600);
    expect(await type(expired.user_code!)).toMatchObject({ status: 422, page });
  });

  it('ten wrong ones in a row stop a browser for a while; a right one in between starts the count again', async () => {
    const { user_code: code } = await begin();
    for (let guess = 0; guess < 9; guess += 1) await type('BCDF-GHJK');
    expect(await type(code!)).toMatchObject({ page: { name: 'device-confirm' } });
    for (let guess = 0; guess < 10; guess += 1) expect(await type('BCDF-GHJK')).toMatchObject({ status: 422 });
    const refused = await type(code!);
    expect(refused).toMatchObject({
      status: 429,
      headers: { 'retry-after': '900' },
      page: { fault: 'too_many_attempts', retryAfterSeconds: 900 },
    });
    expect(await type(code!, ruleBrowser(all))).toMatchObject({ page: { name: 'device-confirm' } });
    all.clock.pass(900);
    expect(await type('BCDF-GHJK')).toMatchObject({ status: 422 });
  });

  it('a hundred from one address stop it, with whatever cookies; another address goes on', async () => {
    const { user_code: code } = await begin();
    const guess = (user_code: string, ip = '192.0.2.1') => all.endpoints.device(get({ user_code }, { ip }));
    for (let tries = 0; tries < 100; tries += 1) expect(await guess('BCDF-GHJK')).toMatchObject({ status: 422 });
    expect(await guess(code!)).toMatchObject({ status: 429 });
    expect(await guess(code!, '192.0.2.2')).toMatchObject({ status: 200 });
  });
});

describe('wrong order, twice, from elsewhere', () => {
  it.each([
    ['without a token', { csrf: [] as string[] }],
    ['with another token', { csrf: 'guessed' }],
  ])('RFC 9700 §4.7: a form that another site sends, %s, does nothing', async (_, forged) => {
    const { user_code: code, device_code: device } = await begin();
    const confirm = await type(code!);
    for (const answer of ['continue', 'deny'])
      expect(await browser.submit(confirm, { answer, ...forged })).toMatchObject({
        status: 403,
        page: { name: 'error', error: 'forged_form' },
      });
    expect(await poll(device)).toMatchObject({ error: 'authorization_pending' });
  });

  it('of two people who answer for one device, the first does', async () => {
    const { user_code: code, device_code: device } = await begin();
    const [one, other] = [ruleBrowser(all), ruleBrowser(all)];
    const consents = await Promise.all(
      [one, other].map(async (each) =>
        each.submit(await each.submit(await type(code!, each), { answer: 'continue' }), signIn),
      ),
    );
    expect(await one.submit(consents[0]!, { answer: 'allow' })).toMatchObject({ page: { outcome: 'approved' } });
    expect(await other.submit(consents[1]!, { answer: 'deny' })).toMatchObject({
      status: 422,
      page: { name: 'device-code', fault: 'unknown_or_expired' },
    });
    expect(await poll(device)).toHaveProperty('access_token');
  });

  it('an answer that is given four times at once counts once', async () => {
    const { user_code: code } = await begin();
    const consent = await browser.submit(await browser.submit(await type(code!), { answer: 'continue' }), signIn);
    const replies = await Promise.all([1, 2, 3, 4].map(() => browser.submit(consent, { answer: 'allow' })));
    expect(replies.filter((reply) => reply.kind === 'page' && reply.page.name === 'device-done')).toHaveLength(1);
  });

  it('an answer that comes too late approves nothing', async () => {
    const { user_code: code, device_code: device } = await begin();
    const consent = await browser.submit(await browser.submit(await type(code!), { answer: 'continue' }), signIn);
    all.clock.pass(600);
    expect(await browser.submit(consent, { answer: 'allow' })).toMatchObject({ page: { fault: 'unknown_or_expired' } });
    expect(await poll(device)).toMatchObject({ error: 'expired_token' });
  });

  it('the interaction of another request, or of another browser, is not taken up here', async () => {
    const web = {
      client_id: 'web',
      redirect_uri: 'https://web.example.test/cb',
      response_type: 'code',
      scope: 'openid',
    };
    const foreign = await browser.get('authorize', web);
    const { interaction } = foreign.kind === 'page' && 'interaction' in foreign.page ? foreign.page : {};
    expect(await browser.get('device', { interaction })).toMatchObject({ page: { error: 'invalid_request' } });
    const own = await browser.submit(await type((await begin()).user_code!), { answer: 'continue' });
    const { interaction: ours } = own.kind === 'page' && 'interaction' in own.page ? own.page : {};
    expect(await browser.get('resume', { interaction: ours })).toMatchObject({ page: { name: 'error' } });
    const elsewhere = await ruleBrowser(all).get('device', { interaction: ours });
    expect(elsewhere).toMatchObject({ page: { error: 'interaction_expired' } });
  });

  it('an answer that does not fit, and a parameter twice, are refused', async () => {
    const confirm = await type((await begin()).user_code!);
    for (const fields of [{ answer: 'dance' }, { user_code: ['BCDF-GHJK', 'BCDF-GHJK'] }])
      expect(await browser.submit(confirm, fields)).toMatchObject({ status: 400, page: { error: 'invalid_request' } });
  });
});
