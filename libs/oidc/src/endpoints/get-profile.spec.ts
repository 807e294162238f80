import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  basic,
  bodyOf,
  get,
  paramsOf,
  post,
  ruleBrowser,
  rules,
  secret,
  signedIn,
  type Rules,
  type SignedIn,
} from '@portico/testing';

let all: Rules;
let alice: SignedIn;
beforeEach(async () => {
  all = await rules({
    web: { scope: 'openid profile email phone address offline_access username user' },
    pair: { subject_type: 'pairwise' },
  });
  alice = await signedIn(all, 'web');
});

const ask = (authorization: string | undefined, params = {}, url = '/api/v3/get-profile') =>
  all.endpoints.getProfile(get(params, { url, headers: authorization === undefined ? {} : { authorization } }));
const dataOf = async (token: string) => bodyOf(await ask(token)).data as Record<string, unknown>;

describe('GET /api/v3/get-profile', () => {
  it.each([
    ['bare, as authing-node-sdk sends it', () => alice.access_token],
    ['as a Bearer, as @authing/web sends it', () => `Bearer ${alice.access_token}`],
  ])('the token %s', async (_how, authorization) => {
    const reply = await ask(authorization(), {
      withCustomData: ['false'],
      withIdentities: ['false'],
      withDepartmentIds: ['false'],
    });
    expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(JSON.parse(JSON.stringify(bodyOf(reply)))).toEqual({
      statusCode: 200,
      message: expect.any(String),
      data: {
        userId: 'sub-alice',
        status: 'Activated',
        username: 'alice',
        preferredUsername: 'alice',
        name: 'Alice Example',
        givenName: 'Alice',
        updatedAt: '2023-11-14T22:13:20.000Z',
      },
    });
  });

  const everything = {
    name: '陈晨',
    given_name: '晨',
    family_name: '陈',
    middle_name: 'M',
    nickname: 'CC',
    preferred_username: 'cc',
    profile: 'https://chen.example.test/me',
    picture: 'https://chen.example.test/me.png',
    website: 'https://chen.example.test/',
    gender: 'female',
    birthdate: '1990-01-31',
    zoneinfo: 'Asia/Shanghai',
    locale: 'zh-CN',
    email: 'chen@example.test',
    phone_number: '+8613800000000',
    phone_number_verified: true,
    address: {
      formatted: '北京市海淀区中关村大街1号',
      street_address: '中关村大街1号',
      locality: '北京',
      region: '北京市',
      postal_code: '100080',
      country: 'CN',
    },
  };
  const chen = async (claims: object) => {
    const account = { subject: 'sub-chen', username: 'chen', claims, updatedAt: 1_700_000_000 };
    await all.stores.registrations.save([], [{ account, passwordHash: await all.passwords.hash(secret) }]);
    return signedIn(all, 'web', { username: 'chen', scope: 'openid profile email phone address username' });
  };

  it('everything that there is, under the names of UserDto', async () => {
    const { access_token } = await chen(everything);
    expect(await dataOf(access_token)).toEqual({
      userId: 'sub-chen',
      status: 'Activated',
      username: 'chen',
      name: '陈晨',
      givenName: '晨',
      familyName: '陈',
      middleName: 'M',
      nickname: 'CC',
      preferredUsername: 'cc',
      profile: 'https://chen.example.test/me',
      photo: 'https://chen.example.test/me.png',
      website: 'https://chen.example.test/',
      gender: 'F',
      birthdate: '1990-01-31',
      zoneinfo: 'Asia/Shanghai',
      locale: 'zh-CN',
      email: 'chen@example.test',
      emailVerified: false,
      phone: '+8613800000000',
      phoneVerified: true,
      address: '北京市海淀区中关村大街1号',
      formatted: '北京市海淀区中关村大街1号',
      streetAddress: '中关村大街1号',
      city: '北京',
      region: '北京市',
      province: '北京市',
      postalCode: '100080',
      country: 'CN',
      updatedAt: '2023-11-14T22:13:20.000Z',
    });
  });

  it.each([
    ['male', 'M'],
    ['F', 'F'],
    ['nonbinary', 'U'],
    ['constructor', 'U'],
  ])('the gender %s is told as %s', async (gender, told) => {
    const { access_token } = await chen({ gender });
    expect((await dataOf(access_token)).gender).toBe(told);
  });

  it('a token of plain OAuth 2.0 opens it too', async () => {
    const request = {
      client_id: 'web',
      redirect_uri: 'https://web.example.test/cb',
      response_type: 'code',
      scope: 'user',
    };
    const browser = ruleBrowser(all);
    const { code } = paramsOf(await browser.answer(await browser.get('oauthAuthorize', request)));
    const form = { grant_type: 'authorization_code', code, redirect_uri: request.redirect_uri };
    const { access_token } = bodyOf(await all.endpoints.oauthToken(post(form, { headers: basic('web', secret) })));
    expect(await dataOf(String(access_token))).toMatchObject({ userId: 'sub-alice', email: 'alice@example.test' });
  });
});

describe('OpenID Connect Core 1.0 §5.4: no more than the scopes let', () => {
  const names = (data: Record<string, unknown>) =>
    Object.entries(data)
      .flatMap(([name, value]) => (value === undefined ? [] : [name]))
      .sort();
  it.each([
    ['openid', []],
    ['openid email', ['email', 'emailVerified']],
    ['openid username', ['username']],
  ])('%s', async (scope, more) => {
    const { access_token } = await signedIn(all, 'web', { scope });
    expect(names(await dataOf(access_token))).toEqual(['status', 'userId', ...more].sort());
  });

  it('OpenID Connect Core 1.0 §8.1: the userId of a pairwise client is its sub', async () => {
    const { access_token } = await signedIn(all, 'pair');
    const headers = { authorization: `Bearer ${access_token}` };
    const { sub } = bodyOf(await all.endpoints.userinfo(get({}, { headers })));
    expect((await dataOf(access_token)).userId).toBe(sub);
    expect(sub).not.toBe('sub-alice');
  });
});

describe('RFC 6750 §3: refused in the body, with a challenge', () => {
  it.each([
    ['no token', () => undefined],
    ['an empty one', () => 'Bearer'],
    ['rubbish', () => 'rubbish'],
    ['a refresh token', () => `Bearer ${alice.refresh_token}`],
    ['an id_token', () => alice.id_token],
    ['one with a quote', () => 'Bearer a"b'],
    ['client credentials', () => basic('web', secret).authorization],
  ])('%s', async (_, authorization) => {
    const reply = await ask(authorization());
    expect(reply).toMatchObject({
      status: 200,
      headers: { 'www-authenticate': expect.stringContaining('error="invalid_token"') },
    });
    expect(bodyOf(reply)).toEqual({ statusCode: 401, message: expect.any(String), requestId: expect.any(String) });
  });

  it('a token that has expired, or was revoked', async () => {
    await all.endpoints.revocation(post({ token: alice.access_token }, { headers: basic('web', secret) }));
    expect(bodyOf(await ask(alice.access_token))).toMatchObject({ statusCode: 401 });
    const late = await signedIn(all, 'web');
    all.clock.pass(3600);
    expect(bodyOf(await ask(late.access_token))).toMatchObject({ statusCode: 401 });
  });

  it('§3.1: without openid it is insufficient_scope', async () => {
    const { access_token } = await signedIn(all, 'web', { scope: 'profile' });
    const reply = await ask(access_token);
    expect(bodyOf(reply)).toMatchObject({ statusCode: 403 });
    expect(reply.headers['www-authenticate']).toContain('insufficient_scope');
  });

  it('§2: the token twice', async () => {
    const url = `/api/v3/get-profile?access_token=${alice.access_token}`;
    const reply = await ask(`Bearer ${alice.access_token}`, { access_token: [alice.access_token] }, url);
    expect(bodyOf(reply)).toMatchObject({ statusCode: 400 });
  });

  it('a fault of ours keeps its status, and tells nothing of itself', async () => {
    all.stores.tokens.find = () => Promise.reject(new Error('secret of the database'));
    const reply = await ask(alice.access_token);
    expect(reply.status).toBe(500);
    expect(bodyOf(reply)).toMatchObject({ statusCode: 500 });
    expect(JSON.stringify(reply)).not.toContain('secret of the database');
    expect(all.reported).toHaveLength(1);
  });
});
