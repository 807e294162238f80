import { beforeEach, describe, expect, it } from '@jest/globals';
import { sha256 } from '@portico/endpoint';
import { basic, bodyOf, get, paramsOf, post, ruleBrowser, rules, secret, signedIn, type Rules } from '@portico/testing';
import { decodeJwt } from 'jose';
import { acrs } from './acr.js';
import { parseClaims } from './claims-request.js';

const web = {
  client_id: 'web',
  redirect_uri: 'https://web.example.test/cb',
  response_type: 'code',
  scope: 'openid',
};
const password = acrs[0]!.name;

let all: Rules;
let browser: ReturnType<typeof ruleBrowser>;
beforeEach(async () => {
  all = await rules({
    web: {},
    second: {},
    narrow: { scope: 'openid email' },
    prefers: { default_acr_values: [password] },
  });
  browser = ruleBrowser(all);
});

const asking = (claims: object, more: object = {}) => ({ ...web, claims: JSON.stringify(claims), ...more });
const told = async (claims: object, { id = 'web', ...more }: Record<string, string> = {}) => {
  const tokens = await signedIn(all, id, { scope: 'openid', claims: JSON.stringify(claims), ...more });
  const userinfo = get({}, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  return { idToken: decodeJwt(tokens.id_token), userinfo: bodyOf(await all.endpoints.userinfo(userinfo)), tokens };
};
const refused = async (claims: string, more: object = {}) =>
  paramsOf(await all.endpoints.authorize(get({ ...web, claims, state: 's', ...more })));

describe('OpenID Connect Core 1.0 §5.5: the claims parameter', () => {
  it.each([
    [
      'members that are not understood are ignored',
      '{"userinfo":{"email":{"essential":true,"x":1}},"y":{}}',
      'userinfo',
    ],
    ['null asks for a claim by name alone', '{"id_token":{"email":null}}', 'id_token'],
  ])('%s', (_, text, member) => {
    expect(parseClaims(text)).toEqual({ [member]: { email: member === 'userinfo' ? { essential: true } : null } });
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['a text', '"email"'],
    ['null', 'null'],
    ['a member that is no object', '{"userinfo":["email"]}'],
    ['a claim that is neither null nor an object', '{"userinfo":{"email":true}}'],
    ['essential that is no boolean', '{"id_token":{"email":{"essential":"yes"}}}'],
    ['values that are no list', '{"id_token":{"email":{"values":"a"}}}'],
    ['too long', JSON.stringify({ userinfo: { ['x'.repeat(9000)]: null } })],
    ['too deep', `{"userinfo":{"address":{"value":${'['.repeat(50)}${']'.repeat(50)}}}}`],
  ])('%s is invalid_request', async (_, text) => {
    const params = await refused(text);
    expect(params).toMatchObject({ error: 'invalid_request', state: 's' });
    expect(params.error_description).toContain('claims');
  });

  it('a name out of the prototype is a name like others', async () => {
    const text = '{"userinfo":{"__proto__":null,"constructor":null,"toString":{"essential":true}}}';
    expect((await told(JSON.parse(text) as object)).userinfo).toEqual({ sub: 'sub-alice' });
  });

  it('§5.5: claims for user info need a response_type that leads to an access token', async () => {
    await all.stores.registrations.save([await implicit('web')], []);
    const idTokenOnly = { response_type: 'id_token', nonce: 'n' };
    expect(await refused('{"userinfo":{"email":null}}', idTokenOnly)).toMatchObject({ error: 'invalid_request' });
    expect(await refused('{"id_token":{"email":null}}', { ...idTokenOnly, prompt: 'none' })).toMatchObject({
      error: 'login_required',
    });
  });
});

const implicit = async (id: string) => {
  const client = (await all.stores.clients.find(id))!;
  const metadata = { ...client.metadata, grant_types: ['implicit' as const], response_types: ['id_token' as const] };
  return { ...client, metadata };
};

describe('OpenID Connect Core 1.0 §5.5: where the claims are told', () => {
  it('userinfo: added to those of the scopes, at user info alone', async () => {
    const { idToken, userinfo } = await told(
      { userinfo: { email: { essential: true }, given_name: null } },
      { scope: 'openid username' },
    );
    expect(userinfo).toEqual({
      sub: 'sub-alice',
      username: 'alice',
      email: 'alice@example.test',
      given_name: 'Alice',
    });
    expect(idToken).not.toHaveProperty('email');
  });

  it('id_token: there, though this client is not set to have profile claims in it', async () => {
    const { idToken, userinfo } = await told({ id_token: { name: { essential: true }, email_verified: null } });
    expect(idToken).toMatchObject({ name: 'Alice Example', email_verified: true, sub: 'sub-alice' });
    expect(idToken).not.toHaveProperty('email');
    expect(userinfo).toEqual({ sub: 'sub-alice' });
  });

  it('in the id_token of a refresh too', async () => {
    const { tokens } = await told({ id_token: { name: null } }, { scope: 'openid offline_access' });
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
    const reply = await all.endpoints.token(post(form, { headers: basic('web', secret) }));
    expect(decodeJwt(String(bodyOf(reply).id_token))).toMatchObject({ name: 'Alice Example' });
  });

  it('§5.5.2: a claim that is asked for in a language is left out, and no error', async () => {
    const { userinfo } = await told({ userinfo: { 'name#zh-CN': { essential: true }, email: null } });
    expect(userinfo).toHaveProperty('email');
    expect(userinfo).not.toHaveProperty('name#zh-CN');
  });

  it('§5.5.1: an essential claim that is not there is no error', async () => {
    const { idToken, userinfo } = await told({
      userinfo: { birthdate: { essential: true }, magic: { essential: true } },
      id_token: { phone_number: { essential: true } },
    });
    expect(userinfo).toEqual({ sub: 'sub-alice' });
    expect(idToken).not.toHaveProperty('phone_number');
  });

  it.each([
    ['value', { value: 'alice@example.test' }, true],
    ['another value', { value: 'bob@example.test' }, false],
    ['values', { values: ['x', 'alice@example.test'] }, true],
    ['other values', { values: ['x'] }, false],
  ])('§5.5.1: with %s a claim is told where it has it', async (_, email, isTold) => {
    expect('email' in (await told({ userinfo: { email } })).userinfo).toBe(isTold);
  });

  it('a claim cannot replace what the tokens say themselves', async () => {
    const { idToken } = await told({ id_token: { iss: { value: 'x' }, aud: { value: 'x' }, exp: null } });
    expect(idToken).toMatchObject({ aud: 'web', exp: expect.any(Number) });
  });

  it('claims of scopes for which the client is not registered are ignored', async () => {
    const { userinfo } = await told({ userinfo: { name: null, email: null } }, { id: 'narrow' });
    expect(userinfo).toEqual({ sub: 'sub-alice', email: 'alice@example.test' });
  });

  it('without the scope openid they are ignored', async () => {
    const reply = await browser.get('authorize', asking({ userinfo: { email: null } }, { scope: 'orders:read' }));
    const consent = await browser.submit(reply, { identifier: 'alice', password: secret });
    expect(consent).toMatchObject({ page: { name: 'consent', scopes: ['orders:read'] } });
  });
});

describe('OpenID Connect Core 1.0 §3.1.2.4: consent covers the claims', () => {
  it('a person is told of them in the words of their scopes, and the approval is remembered', async () => {
    const asked = asking({ userinfo: { email: null }, id_token: { given_name: null, acr: null } });
    const consent = await browser.submit(await browser.get('authorize', asked), {
      identifier: 'alice',
      password: secret,
    });
    expect(consent).toMatchObject({ page: { name: 'consent', scopes: ['openid', 'email', 'profile'] } });
    expect(paramsOf(await browser.submit(consent, { answer: 'allow' })).code).toBeDefined();
    expect(paramsOf(await browser.get('authorize', { ...asked, prompt: 'none' })).code).toBeDefined();
  });

  it('an approval of the scopes alone does not cover them', async () => {
    await browser.answer(await browser.get('authorize', web));
    const silent = asking({ id_token: { email: null } }, { prompt: 'none' });
    expect(paramsOf(await browser.get('authorize', silent))).toMatchObject({ error: 'consent_required' });
  });

  it('the scopes in whose words they are told are not granted with them', async () => {
    const { tokens } = await told({ userinfo: { given_name: null } });
    expect(decodeJwt(tokens.access_token).scope).toBe('openid');
  });
});

describe('OpenID Connect Core 1.0 §3.1.2.2: sub with a value', () => {
  const meaning = (person: object, more: object = {}) => asking({ id_token: { sub: person } }, more);
  beforeEach(async () => {
    await browser.answer(await browser.get('authorize', web));
  });

  it.each([
    ['the one who is signed in', { value: 'sub-alice' }, 'code'],
    ['one of several', { essential: true, values: ['sub-bob', 'sub-alice'] }, 'code'],
    ['another one', { value: 'sub-bob' }, 'login_required'],
    ['no text', { value: ['sub-alice'] }, 'login_required'],
    ['nobody', { values: [] }, 'login_required'],
  ])('prompt=none for %s', async (_, person, outcome) => {
    const params = paramsOf(await browser.get('authorize', meaning(person, { prompt: 'none' })));
    expect(params.error ?? 'code').toBe(outcome);
  });

  it('another person MUST NOT be answered for, even after signing in', async () => {
    const asked = await browser.get('authorize', meaning({ value: 'sub-bob' }));
    expect(asked).toMatchObject({ page: { name: 'sign-in' } });
    expect(paramsOf(await browser.answer(asked, 'alice'))).toMatchObject({ error: 'login_required' });
    const again = await browser.get('authorize', meaning({ value: 'sub-bob' }));
    expect(paramsOf(await browser.answer(again, 'bob')).code).toBeDefined();
  });
});

describe('OpenID Connect Core 1.0 §5.5.1.1: acr', () => {
  const reachedBy = async (amr: readonly string[]) => {
    const [, value = ''] = Object.entries(browser.cookies).find(([name]) => name.endsWith('session')) ?? [];
    const session = (await all.stores.sessions.find(sha256(value), all.clock()))!;
    await all.stores.sessions.renew({ ...session, amr }, sha256(value));
  };

  it('§2: the id_token tells how far the sign-in can be trusted', async () => {
    expect((await told({})).idToken.acr).toBe(password);
  });

  it.each([
    ['value', { essential: true, value: password }],
    ['values', { essential: true, values: ['x', password] }],
    ['no value', { essential: true }],
  ])('essential with %s that a sign-in reaches: it is that', async (_, acr) => {
    expect((await told({ id_token: { acr } })).idToken.acr).toBe(password);
  });

  it('Error Code unmet_authentication_requirements 1.0 §1: essential with values that no sign-in reaches: a failed authentication, before anybody is asked', async () => {
    const claims = JSON.stringify({ id_token: { acr: { essential: true, values: ['urn:example:hardware'] } } });
    expect(await refused(claims)).toMatchObject({ error: 'unmet_authentication_requirements', state: 's' });
  });

  it('Error Code unmet_authentication_requirements 1.0 §1: a session that does not reach it is a failed authentication too', async () => {
    await browser.answer(await browser.get('authorize', web));
    await reachedBy(['otp']);
    const asked = asking({ id_token: { acr: { essential: true, value: password } } }, { prompt: 'none' });
    expect(paramsOf(await browser.get('authorize', asked))).toMatchObject({
      error: 'unmet_authentication_requirements',
    });
  });

  it('voluntary with other values: what there is is told', async () => {
    expect((await told({ id_token: { acr: { values: ['urn:example:hardware'] } } })).idToken.acr).toBe(password);
  });

  it('OpenID Connect Core 1.0 §3.1.2.1: acr_values are voluntary, whatever they are', async () => {
    expect((await told({}, { acr_values: `1 2 ${password}` })).idToken.acr).toBe(password);
  });

  it.each([
    ['Dynamic Client Registration §2: default_acr_values', { client_id: 'prefers' }, 'sign-in'],
    ['acr_values that no sign-in reaches, which go before them', { client_id: 'prefers', acr_values: 'gold' }, 'code'],
    ['claims, which goes before both', { client_id: 'prefers', claims: '{"id_token":{"acr":null}}' }, 'code'],
    ['§3.1.2.1: acr_values', { acr_values: `gold ${password}` }, 'sign-in'],
    [
      '§5.5.1.1: an essential claim',
      { claims: `{"id_token":{"acr":{"essential":true,"value":"${password}"}}}` },
      'sign-in',
    ],
    ['no wish', {}, 'code'],
    ['a wish of somebody who may ask nobody', { client_id: 'prefers', prompt: 'none' }, 'code'],
    ['a request that is none of OpenID Connect', { client_id: 'prefers', scope: 'email' }, 'code'],
  ])('a session that does not reach it, and %s', async (_, more, outcome) => {
    const { client_id: id = 'web' }: Record<string, string> = more;
    const asked = { ...web, redirect_uri: `https://${id}.example.test/cb`, ...more };
    const ask = () => browser.get('authorize', asked);
    await browser.answer(await browser.get('authorize', { ...asked, prompt: 'consent' }));
    await reachedBy(['otp']);
    const reply = await ask();
    expect(reply.kind === 'page' ? reply.page.name : Object.keys(paramsOf(reply))).toEqual(
      outcome === 'code' ? expect.arrayContaining(['code']) : outcome,
    );
    await browser.answer(reply);
    expect(paramsOf(await ask())).toHaveProperty('code');
  });

  it('§5.5.1: auth_time essential is in the id_token', async () => {
    expect((await told({ id_token: { auth_time: { essential: true } } })).idToken.auth_time).toBe(all.clock());
  });
});
