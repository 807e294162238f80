import { beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '@portico/contracts';
import type { EndpointReply } from '@portico/endpoint';
import { get, paramsOf, post, ruleBrowser, rules, secret, type Rules } from '@portico/testing';

const request = {
  client_id: 'web',
  redirect_uri: 'https://web.example.test/cb',
  response_type: 'code',
  scope: 'openid',
};
const session = '__Host-portico_session';

let all: Rules;
let browser: ReturnType<typeof ruleBrowser>;
let page: EndpointReply;
beforeEach(async () => {
  all = await rules();
  browser = ruleBrowser(all);
  page = await browser.get('authorize', request);
});
const formOf = (reply: EndpointReply) => {
  if (reply.kind !== 'page' || reply.page.name !== 'sign-in') throw new Error('no sign-in page');
  return { interaction: reply.page.interaction, csrf: reply.page.csrf };
};

describe('signing in', () => {
  it.each(['alice', 'ALICE', ' alice ', 'Alice@Example.Test'])(
    'by user name or e-mail, letters without case: %s',
    async (identifier) => {
      expect(await browser.submit(page, { identifier, password: secret })).toMatchObject({ page: { name: 'consent' } });
    },
  );

  it.each([
    ['a wrong password', 'alice', 'wrong'],
    ['an unknown person', 'nobody', secret],
    ['another case of the password', 'alice', secret.toUpperCase()],
    ['nothing', '', ''],
    ['hostile text', `' OR 1=1 --\u0000<script>`, secret],
  ])('%s is answered alike', async (_, identifier, password) => {
    const reply = await browser.submit(page, { identifier, password });
    expect(reply).toMatchObject({
      kind: 'page',
      status: 422,
      page: { name: 'sign-in', fault: 'wrong_credentials', client: { name: 'web' } },
    });
    expect(JSON.stringify(reply)).not.toContain(secret);
    expect(browser.cookies).not.toHaveProperty(session);
  });

  it('the page can be used again after a mistake', async () => {
    const again = await browser.submit(page, { identifier: 'alice', password: 'wrong' });
    expect(await browser.submit(again, { identifier: 'alice', password: secret })).toMatchObject({
      page: { name: 'consent' },
    });
  });

  it('the session has a new secret after each sign-in: one planted before is worth nothing', async () => {
    browser.cookies[session] = 'planted';
    await browser.submit(page, { identifier: 'alice', password: secret });
    const first = browser.cookies[session];
    expect(first).not.toBe('planted');
    await browser.answer(await browser.get('authorize', { ...request, prompt: 'login' }));
    expect(browser.cookies[session]).not.toBe(first);
    const thief = ruleBrowser(all);
    thief.cookies[session] = first!;
    expect(paramsOf(await thief.get('authorize', { ...request, prompt: 'none' }))).toMatchObject({
      error: 'login_required',
    });
  });

  it('another person at the same browser ends the session of the first', async () => {
    await browser.answer(page);
    await browser.answer(await browser.get('authorize', { ...request, prompt: 'login' }), 'bob');
    const ended = all.stores.facts.filter(({ event }) => event === 'sessionEnded');
    expect(ended).toMatchObject([{ data: { subject: 'sub-alice', reason: 'another_person_signed_in' } }]);
  });

  it('the cookies are not for scripts, and travel over https alone', async () => {
    const opened = await all.endpoints.authorize(get(request));
    expect(opened.cookies).toEqual([
      {
        name: '__Host-portico_browser',
        value: expect.any(String),
        path: '/',
        httpOnly: true,
        secure: true,
        sameSite: 'none',
      },
    ]);
  });
});

it('RFC 9110 §10.2.3: while the store is away the page says when to come again', async () => {
  all.stores.interactions.find = () => Promise.reject(new Unavailable('the database is away'));
  expect(await browser.submit(page, { identifier: 'alice', password: secret })).toMatchObject({
    status: 503,
    headers: { 'retry-after': '2' },
    page: { name: 'error', error: 'temporarily_unavailable' },
  });
});

describe('throttling', () => {
  const guess = (identifier: string, from = browser) => from.submit(page, { identifier, password: 'wrong' });

  it('per account: the eleventh guess waits, also with the right password, and the wait ends', async () => {
    for (let n = 0; n < 10; n += 1)
      expect(await guess('alice')).toMatchObject({ page: { fault: 'wrong_credentials' } });
    const waiting = await browser.submit(page, { identifier: 'Alice', password: secret });
    expect(waiting).toMatchObject({
      status: 429,
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
      page: { fault: 'too_many_attempts' },
    });
    expect(await browser.submit(page, { identifier: 'bob', password: secret })).toMatchObject({
      page: { name: 'consent' },
    });
    all.clock.pass(900);
    expect(
      await browser.submit(await browser.get('authorize', { ...request, prompt: 'login' }), {
        identifier: 'alice',
        password: secret,
      }),
    ).toMatchObject({ page: { name: 'consent' } });
  });

  it('an unknown account is throttled just so', async () => {
    for (let n = 0; n < 10; n += 1) await guess('nobody');
    expect(await guess('nobody')).toMatchObject({ status: 429 });
  });

  it('signing in forgets the guesses', async () => {
    for (let n = 0; n < 9; n += 1) await guess('alice');
    await browser.answer(page);
    page = await browser.get('authorize', { ...request, prompt: 'login' });
    expect(await guess('alice')).toMatchObject({ page: { fault: 'wrong_credentials' } });
  });

  it('who signs in is no guess: an office behind one address is not shut out', async () => {
    for (let n = 0; n < 120; n += 1) {
      const one = ruleBrowser(all);
      expect(await one.answer(await one.get('authorize', request))).toMatchObject({ kind: 'redirect' });
    }
  });

  it('per address: many names from one place', async () => {
    for (let n = 0; n < 100; n += 1) await guess(`name${n}`);
    expect(await browser.submit(page, { identifier: 'alice', password: secret })).toMatchObject({ status: 429 });
    const elsewhere = ruleBrowser(all, '198.51.100.7');
    expect(await elsewhere.answer(await elsewhere.get('authorize', request))).toMatchObject({ kind: 'redirect' });
  });
});

describe('a form from another site', () => {
  it('signs nobody in and does not even count as a guess', async () => {
    const { interaction } = formOf(page);
    for (let n = 0; n < 20; n += 1) {
      expect(
        await browser.post('signIn', { interaction, csrf: 'forged', identifier: 'alice', password: 'wrong' }),
      ).toMatchObject({ status: 403, page: { error: 'forged_form' } });
    }
    expect(await browser.submit(page, { identifier: 'alice', password: secret })).toMatchObject({
      page: { name: 'consent' },
    });
  });

  it('a token of another interaction does not fit', async () => {
    const other = formOf(await browser.get('authorize', request));
    const reply = await browser.post('signIn', {
      ...formOf(page),
      csrf: other.csrf,
      identifier: 'alice',
      password: secret,
    });
    expect(reply).toMatchObject({ status: 403 });
  });

  it('without cookies there is no form of ours', async () => {
    const reply = await all.endpoints.signIn(post({ ...formOf(page), identifier: 'alice', password: secret }));
    expect(reply).toMatchObject({ kind: 'page', page: { name: 'error' } });
  });

  it('consent cannot be forged either, and must be an answer to the question', async () => {
    const consent = await browser.submit(page, { identifier: 'alice', password: secret });
    const { interaction } =
      consent.kind === 'page' && consent.page.name === 'consent' ? consent.page : { interaction: '' };
    expect(await browser.post('interaction', { interaction, answer: 'allow', csrf: 'x' })).toMatchObject({
      status: 403,
    });
    expect(await browser.submit(consent, { answer: 'continue' })).toMatchObject({ status: 400 });
    expect(await all.stores.consents.find('sub-alice', 'web')).toBeUndefined();
  });
});
