import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  basic,
  bodyOf,
  paramsOf,
  post,
  ruleBrowser,
  rules,
  secret,
  type GivenParams,
  type Rules,
} from '@portico/testing';

let all: Rules;
let browser: ReturnType<typeof ruleBrowser>;
beforeEach(async () => {
  all = await rules({
    web: {},
    always: { consent: 'always' },
    skip: { consent: 'skip' },
    'skip-no-refresh': { consent: 'skip', grant_types: ['authorization_code'] },
    hour: { session_lifetime: 3600, consent: 'skip' },
    lax: { default_max_age: 10, consent: 'skip' },
  });
  browser = ruleBrowser(all);
  await browser.answer(await browser.get('authorize', of('web')));
});

const of = (id: string, more: GivenParams = {}) => ({
  client_id: id,
  redirect_uri: `https://${id}.example.test/cb`,
  response_type: 'code',
  scope: 'openid profile',
  ...more,
});
const authorize = (id: string, more: GivenParams = {}) => browser.get('authorize', of(id, more));
const tokensOf = async (id: string, code: string | undefined) => {
  const form = { grant_type: 'authorization_code', code, redirect_uri: `https://${id}.example.test/cb` };
  return bodyOf(await all.endpoints.token(post(form, { headers: basic(id, secret) })));
};

describe('consent: remember', () => {
  it('OpenID Connect Core 1.0 §3.1.2.4: asks once', async () => {
    expect(paramsOf(await authorize('web')).code).toBeDefined();
  });
});

describe('consent: always', () => {
  it('asks every time, and the answer holds for this request alone', async () => {
    for (let time = 0; time < 2; time += 1) {
      const page = await authorize('always');
      expect(page).toMatchObject({ page: { name: 'consent', scopes: ['openid', 'profile'] } });
      expect(paramsOf(await browser.submit(page, { answer: 'allow' })).code).toBeDefined();
    }
  });

  it('§3.1.2.6: consent_required at prompt=none, also after an approval', async () => {
    await browser.answer(await authorize('always'));
    expect(paramsOf(await authorize('always', { prompt: 'none' }))).toMatchObject({ error: 'consent_required' });
  });

  it('§11: offline_access is shown on the page, and so may be approved without prompt=consent', async () => {
    const page = await authorize('always', { scope: 'openid offline_access' });
    expect(page).toMatchObject({ page: { name: 'consent', scopes: ['openid', 'offline_access'] } });
    const { code } = paramsOf(await browser.submit(page, { answer: 'allow' }));
    expect(await tokensOf('always', code)).toHaveProperty('refresh_token');
  });
});

describe('consent: skip', () => {
  it.each([undefined, 'none', 'consent'])('shows no page, at prompt=%s', async (prompt) => {
    expect(paramsOf(await authorize('skip', { prompt })).code).toBeDefined();
  });

  it('§11: offline_access counts as approved, where the client can refresh', async () => {
    const { code } = paramsOf(await authorize('skip', { scope: 'openid offline_access' }));
    expect(await tokensOf('skip', code)).toMatchObject({ refresh_token: expect.any(String) });
    const other = paramsOf(await authorize('skip-no-refresh', { scope: 'openid offline_access' }));
    expect(await tokensOf('skip-no-refresh', other.code)).not.toHaveProperty('refresh_token');
  });

  it('the person still signs in, and is asked who they are', async () => {
    const fresh = ruleBrowser(all);
    expect(await fresh.get('authorize', of('skip'))).toMatchObject({ page: { name: 'sign-in' } });
    expect(await authorize('skip', { prompt: 'login' })).toMatchObject({ page: { name: 'sign-in' } });
    expect(await authorize('skip', { prompt: 'select_account' })).toMatchObject({ page: { name: 'select-account' } });
  });

  it('is no memory: a client that is set back to remember asks', async () => {
    await authorize('skip');
    const client = await all.stores.clients.find('skip');
    const metadata = { ...client!.metadata, consent: 'remember' as const };
    await all.stores.registrations.save([{ ...client!, metadata }], []);
    expect(await authorize('skip')).toMatchObject({ page: { name: 'consent' } });
  });
});

describe('session_lifetime', () => {
  it('the person signs in again for this client when their sign-in is older; elsewhere the session goes on', async () => {
    all.clock.pass(3599);
    expect(paramsOf(await authorize('hour')).code).toBeDefined();
    const short = await all.stores.clients.find('hour');
    await all.stores.registrations.save([{ ...short!, metadata: { ...short!.metadata, session_lifetime: 60 } }], []);
    expect(paramsOf(await authorize('hour', { prompt: 'none' }))).toMatchObject({ error: 'login_required' });
    expect(paramsOf(await authorize('web', { prompt: 'none' })).code).toBeDefined();
    const page = await authorize('hour');
    expect(page).toMatchObject({ page: { name: 'sign-in' } });
    expect(paramsOf(await browser.answer(page)).code).toBeDefined();
  });

  it('OpenID Connect Core 1.0 §3.1.2.1: max_age may ask for less, never for more; default_max_age gives way to it', async () => {
    const client = await all.stores.clients.find('hour');
    await all.stores.registrations.save([{ ...client!, metadata: { ...client!.metadata, session_lifetime: 60 } }], []);
    all.clock.pass(30);
    expect(paramsOf(await authorize('hour', { max_age: '20', prompt: 'none' })).error).toBe('login_required');
    all.clock.pass(31);
    expect(paramsOf(await authorize('hour', { max_age: '3600', prompt: 'none' })).error).toBe('login_required');
    expect(paramsOf(await authorize('lax', { max_age: '3600', prompt: 'none' })).code).toBeDefined();
    expect(paramsOf(await authorize('lax', { prompt: 'none' })).error).toBe('login_required');
  });
});
