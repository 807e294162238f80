import { describe, expect, it } from '@jest/globals';
import { basic, bodyOf, get, post, secret } from '@portico/testing';
import { data, from, operationOf, refusal, sdk } from './sdk.fixture.js';

const { all, send, encrypted, loginBy, login } = sdk();

describe('login', () => {
  it('RFC 6749 §4.3: the password grant of a public client that the header names; the token opens user info', async () => {
    const person = await login();
    expect(person).toEqual({
      id: 'sub-alice',
      userPoolId: 'id.example.test',
      arn: 'arn:cn:portico:id.example.test:user:sub-alice',
      username: 'alice',
      email: 'alice@example.test',
      emailVerified: true,
      name: 'Alice Example',
      photo: null,
      token: expect.any(String),
      tokenExpiredAt: new Date((all().clock() + 600) * 1000).toISOString(),
      customData: null,
    });
    const headers = { authorization: `Bearer ${String(person.token)}` };
    expect(bodyOf(await all().endpoints.userinfo(get({}, { headers })))).toMatchObject({ sub: 'sub-alice' });
  });

  it('no session and no refresh token come of it', async () => {
    const reply = await loginBy('loginByUsername', { username: 'alice' });
    expect(reply).toMatchObject({ status: 200, cookies: [], headers: { 'cache-control': 'no-store' } });
    expect(JSON.stringify(bodyOf(reply))).not.toContain('refresh');
  });

  it.each([
    ['loginByEmail', { email: 'ALICE@example.test' }, 'sub-alice'],
    ['loginByUsername', { username: 'bob' }, 'sub-bob'],
    ['loginByPhonePassword', { phone: '+8613900000000' }, 'sub-ping'],
    ['loginByPhonePassword', { phone: '13900000000' }, 'sub-ping'],
  ])('%s %j', async (name, identifier, id) => {
    const passwordHash = await all().passwords.hash(secret);
    const account = { subject: 'sub-ping', username: 'ping', claims: { phone_number: '+8613900000000' }, updatedAt: 1 };
    await all().stores.registrations.save([], [{ account, passwordHash }]);
    expect(data(await loginBy(name, identifier))[name]).toMatchObject({ id });
  });

  it('a confidential client proves itself as at the token endpoint, and gets in by nothing else', async () => {
    const proved = { headers: basic('secretive', secret) };
    expect(data(await loginBy('loginByUsername', { username: 'alice' }, proved)).loginByUsername).toMatchObject({
      id: 'sub-alice',
    });
    for (const request of [from('secretive'), { headers: basic('secretive', 'wrong') }])
      expect(refusal(await loginBy('loginByUsername', { username: 'alice' }, request))).toMatchObject({
        code: 2011,
        data: { error: 'invalid_client' },
      });
  });

  it.each([
    ['an unknown client', from('nobody'), 2011, 'invalid_client'],
    ['no client', {}, 2011, 'invalid_client'],
    ['RFC 9700 §2.4: a client that is not set to it', from('no-password'), 1001, 'unauthorized_client'],
  ])('%s', async (_, request, code, error) => {
    const reply = await loginBy('loginByUsername', { username: 'alice' }, request);
    expect(refusal(reply)).toMatchObject({ code, data: { error } });
    expect(reply.status).toBe(200);
  });

  it('RFC 6749 §5.2: a wrong password, an unknown person, one that is not encrypted: the same answer', async () => {
    const guess = (username: string, password: string) =>
      send({ query: operationOf('loginByUsername'), variables: { input: { username, password } } }, from('app'));
    const refusals = await Promise.all([
      guess('alice', encrypted('hunter2hunter2')),
      guess('nobody', encrypted('hunter2hunter2')),
      guess('alice', secret),
      guess('alice', encrypted('')),
      guess('alice', 'AAAA'),
    ]);
    for (const reply of refusals)
      expect(refusal(reply)).toMatchObject({ code: 2333, data: { error: 'invalid_grant' } });
    expect(JSON.stringify([refusals, all().reported.map(String)])).not.toMatch(/hunter2|nobody/);
  });

  it('§4.3.2: guesses count together with those at the token endpoint, whatever clientIp says', async () => {
    for (let made = 0; made < 10; made += 1)
      await loginBy('loginByUsername', { username: 'bob', clientIp: `192.0.2.${made}` }, from('app'), 'wrong');
    const reply = await loginBy('loginByUsername', { username: 'bob', clientIp: '203.0.113.9' });
    expect(refusal(reply)).toMatchObject({ code: 2005, data: { error: 'invalid_grant' } });
    expect(reply.headers).toMatchObject({ 'retry-after': '900' });
    const form = { grant_type: 'password', username: 'bob', password: secret, client_id: 'app' };
    expect((await all().endpoints.token(post(form))).status).toBe(429);
  });

  it('nobody is registered on the way, and what a client may not know is null', async () => {
    const created = await loginBy('loginByUsername', { username: 'newcomer', autoRegister: true });
    expect(refusal(created)).toMatchObject({ code: 2333 });
    expect(await login('narrow')).toMatchObject({ id: 'sub-alice', username: null, email: null, name: null });
    expect((await login('pair')).id).not.toBe('sub-alice');
  });

  it('tells a person what is wrong in their language', async () => {
    const headers = { 'x-authing-app-id': 'app', 'accept-language': 'zh-CN,en;q=0.5' };
    const reply = await loginBy('loginByUsername', { username: 'alice' }, { headers }, 'wrong');
    expect(refusal(reply).message).toBe('账号或密码错误');
  });
});
