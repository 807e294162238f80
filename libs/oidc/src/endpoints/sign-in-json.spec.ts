import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '@portico/contracts';
import { basic, bodyOf, get, post, rules, secret, type Rules } from '@portico/testing';
import { decodeJwt } from 'jose';

const trusted = { grant_types: ['password', 'refresh_token'], response_types: [], redirect_uris: [] };
const clients = {
  trusted,
  post: { ...trusted, token_endpoint_auth_method: 'client_secret_post' },
  public: { ...trusted, token_endpoint_auth_method: 'none' },
  web: {},
};
let all: Rules;
beforeEach(async () => void (all = await rules(clients)));

type Json = Record<string, unknown>;
const given = ({ payload = {}, options = {}, ...more }: Json & { payload?: Json; options?: Json } = {}) => ({
  connection: 'PASSWORD',
  passwordPayload: { username: 'alice', password: secret, ...payload },
  options: { scope: 'openid profile offline_access', ...options },
  ...more,
});
const send = (body: unknown, { headers = basic('trusted', secret), ip = '192.0.2.1' } = {}) =>
  all.endpoints.signInJson(
    post(
      {},
      { headers, ip, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) },
    ),
  );
const dataOf = async (reply: ReturnType<typeof send>) => {
  const body = bodyOf(await reply);
  expect(body).toEqual({ statusCode: 200, message: expect.any(String), data: expect.any(Object) });
  return body.data as Json;
};
const publicKey = async () => (bodyOf(await all.endpoints.system(get())).rsa as Json).publicKey as string;
const encrypted = async (password: string) =>
  publicEncrypt({ key: await publicKey(), padding: constants.RSA_PKCS1_PADDING }, Buffer.from(password)).toString(
    'base64',
  );
const encryptedTo = async (password: string) =>
  given({ payload: { password: await encrypted(password) }, options: { passwordEncryptType: 'rsa' } });

const wrong = {
  kind: 'json',
  status: 200,
  headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
  cookies: [],
  body: { statusCode: 400, apiCode: 2006, message: 'username or password is wrong', requestId: expect.any(String) },
};

describe('RFC 6749 §4.3 by JSON', () => {
  it('the tokens of the password grant, and no session', async () => {
    const reply = await send(given());
    expect(reply).toMatchObject({ status: 200, cookies: [], headers: { 'cache-control': 'no-store' } });
    const data = await dataOf(Promise.resolve(reply));
    expect(Object.keys(data).sort()).toEqual(
      ['access_token', 'expire_in', 'expires_in', 'id_token', 'refresh_token', 'scope', 'token_type'].sort(),
    );
    expect(data).toMatchObject({ token_type: 'Bearer', scope: 'openid profile offline_access', expire_in: 3600 });
    const claims = decodeJwt(String(data.id_token));
    expect(claims).toMatchObject({ sub: 'sub-alice', aud: 'trusted', amr: ['pwd'] });
    expect(claims).not.toHaveProperty('sid');
    const again = post(
      { grant_type: 'refresh_token', refresh_token: String(data.refresh_token) },
      { headers: basic('trusted', secret) },
    );
    expect((await all.endpoints.token(again)).status).toBe(200);
  });

  it.each([
    { username: 'ALICE' },
    { account: 'alice', username: undefined },
    { account: 'alice@example.test', username: null },
    { email: 'alice@example.test', username: '' },
  ])('whoever %j names', async (payload) => {
    expect(decodeJwt(String((await dataOf(send(given({ payload })))).access_token)).sub).toBe('sub-alice');
  });

  it('without a scope openid and profile, and so an ID Token; with a nonce it is in it', async () => {
    const data = await dataOf(send({ ...given(), options: { nonce: 'n-1' } }));
    expect(data).toMatchObject({ scope: 'openid profile' });
    expect(data).not.toHaveProperty('refresh_token');
    expect(decodeJwt(String(data.id_token)).nonce).toBe('n-1');
    for (const options of [undefined, null, {}])
      expect(await dataOf(send({ ...given(), options }))).toHaveProperty('id_token');
  });

  it('§2.3.1: the client in the body; a public one in the header of the SDKs alone', async () => {
    const inBody = { ...given(), client_id: 'post', client_secret: secret };
    await dataOf(send(inBody, { headers: { 'x-authing-app-id': 'post' } }));
    await dataOf(send(given(), { headers: { 'x-authing-app-id': 'public' } }));
    await dataOf(send({ ...given(), client_id: 'public' }, { headers: {} }));
    await dataOf(send(given(), { headers: { ...basic('trusted', secret), 'x-authing-app-id': 'trusted' } }));
  });

  it.each<[string, Json, Record<string, string>, Json]>([
    ['no client', {}, {}, { statusCode: 401 }],
    ['a confidential client in the header alone', {}, { 'x-authing-app-id': 'trusted' }, { statusCode: 401 }],
    ['a wrong secret', { client_id: 'post', client_secret: 'wrong' }, {}, { statusCode: 401 }],
    ['an unknown client', { client_id: 'nobody', client_secret: secret }, {}, { statusCode: 401 }],
    [
      'two methods at once',
      { client_id: 'trusted', client_secret: secret },
      basic('trusted', secret),
      { statusCode: 400 },
    ],
    ['RFC 9700 §2.4: a client that is not set to it', {}, basic('web', secret), { statusCode: 400, apiCode: 1001 }],
  ])('not for %s', async (_who, more, headers, told) => {
    const reply = await send({ ...given(), ...more }, { headers });
    expect(reply).toMatchObject({ status: 200, body: { ...told, message: expect.any(String) } });
    expect(bodyOf(reply)).not.toHaveProperty('data');
  });

  it.each<[string, unknown, RegExp]>([
    ['no body', undefined, /^body must be JSON/],
    ['no JSON', '{"connection"', /^body must be JSON/],
    ['no object', '[]', /^body /],
    ['null', 'null', /^body /],
    ['nested 30000 deep', '['.repeat(30_000) + ']'.repeat(30_000), /^body /],
    ['no connection', { passwordPayload: {} }, /^connection must be PASSWORD/],
    ['a one-time code', { ...given(), connection: 'PASSCODE' }, /^connection must be PASSWORD/],
    ['a directory', { ...given(), connection: 'LDAP' }, /^connection must be PASSWORD/],
    ['no payload', { connection: 'PASSWORD' }, /^passwordPayload /],
    ['no password', given({ payload: { password: undefined } }), /^passwordPayload.password /],
    ['an empty password', given({ payload: { password: '' } }), /^password is required/],
    ['a password that is a number', given({ payload: { password: 1 } }), /^passwordPayload.password /],
    ['a password that is an object', given({ payload: { password: { $ne: '' } } }), /^passwordPayload.password /],
    ['no identifier', given({ payload: { username: undefined } }), /^passwordPayload must name one of/],
    ['two identifiers', given({ payload: { email: 'bob@example.test' } }), /^passwordPayload must name one of/],
    ['a list of identifiers', given({ payload: { username: ['alice'] } }), /^passwordPayload.username /],
    [
      'an identifier of 5000 characters',
      given({ payload: { username: 'x'.repeat(5000) } }),
      /^passwordPayload.username /,
    ],
    ['a code instead of tokens', given({ options: { responseType: 'code' } }), /^options.responseType .*no code/],
    ['SM2', given({ options: { passwordEncryptType: 'sm2' } }), /^options.passwordEncryptType must be none or rsa/],
  ])('refuses %s, and says what', async (_what, body, words) => {
    const reply = await send(body);
    expect(reply).toMatchObject({ status: 200, body: { statusCode: 400, message: expect.stringMatching(words) } });
    expect(all.reported).toHaveLength(1);
  });

  it.each([{ clientIp: '203.0.113.9' }, { autoRegister: true }, { tenantId: 't', customData: { a: 1 }, context: {} }])(
    'makes nothing of %j',
    async (options) => {
      await dataOf(send(given({ options })));
      expect(await send(given({ options, payload: { username: 'nobody' } }))).toEqual(wrong);
    },
  );
});

describe('RFC 8017 §7.2: an encrypted password', () => {
  it('is the same password', async () => {
    expect(decodeJwt(String((await dataOf(send(await encryptedTo(secret)))).access_token)).sub).toBe('sub-alice');
  });

  it('is none where it is not said to be, nor the other way round', async () => {
    const { passwordPayload } = await encryptedTo(secret);
    expect(await send({ ...given(), passwordPayload })).toEqual(wrong);
    expect(await send(given({ options: { passwordEncryptType: 'rsa' } }))).toEqual(wrong);
  });

  it('RFC 3218 §2.3.2: unknown, wrong, not decryptable, empty: one answer, and each is a guess', async () => {
    const key = await publicKey();
    const raw = (byte: number) =>
      publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, Buffer.alloc(256, byte).fill(0, 0, 1)).toString(
        'base64',
      );
    const rsa = (password: string, username = 'alice') =>
      given({ payload: { username, password }, options: { passwordEncryptType: 'rsa' } });
    const bodies = [
      given({ payload: { password: 'hunter2hunter2' } }),
      given({ payload: { username: 'nobody' } }),
      rsa(await encrypted('hunter2hunter2')),
      rsa(await encrypted('hunter2hunter2'), 'nobody'),
      rsa(await encrypted('')),
      rsa(raw(1)),
      rsa(raw(2)),
      rsa(raw(0)),
      rsa(Buffer.alloc(256, 0xff).toString('base64')),
      rsa('not base64 at all!'),
    ];
    for (const body of bodies) expect(await send(body)).toEqual(wrong);
    expect(JSON.stringify(all.reported.map(String))).not.toMatch(/hunter2|nobody|pad|decrypt/);
    // Eight of them were guesses at Alice's.
    for (let guess = 8; guess < 10; guess += 1) await send(rsa(raw(1)));
    expect(await send(await encryptedTo(secret))).toMatchObject({
      status: 200,
      headers: { 'retry-after': '900' },
      body: { statusCode: 429, message: expect.stringContaining('900 seconds') },
    });
  });

  it('RFC 3218 §2.3.2: a password is hashed whether it could be decrypted or not', async () => {
    const verify = all.passwords.verify.bind(all.passwords);
    const hashed: (string | undefined)[] = [];
    Object.assign(all.passwords, {
      verify: (...given: Parameters<typeof verify>) => {
        hashed.push(given[1]);
        return verify(...given);
      },
    });
    try {
      const body = given({ payload: { password: 'AAAA' }, options: { passwordEncryptType: 'rsa' } });
      await send(body, { headers: { 'x-authing-app-id': 'public' } });
      await send(given({ payload: { password: 'wrong' } }), { headers: { 'x-authing-app-id': 'public' } });
    } finally {
      Object.assign(all.passwords, { verify });
    }
    expect(hashed).toEqual([expect.stringContaining('argon2'), hashed[0]]);
  });

  it('§4.3.2: guesses count together with those at the token endpoint', async () => {
    const form = { grant_type: 'password', username: 'alice', password: 'wrong' };
    for (let guess = 0; guess < 10; guess += 1)
      await all.endpoints.token(post(form, { headers: basic('trusted', secret) }));
    const { body } = (await send(given())) as { body: Json };
    expect(body).toMatchObject({ statusCode: 429 });
    expect(body).not.toHaveProperty('apiCode');
    all.clock.pass(900);
    await dataOf(send(given()));
  });
});

describe('the public half of the password key', () => {
  it('where each SDK looks for it, the same, and never in the JWKS', async () => {
    const pem = await publicKey();
    expect(pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    expect(bodyOf(await all.endpoints.passwordKey(get()))).toMatchObject({ code: 200, data: { publicKey: pem } });
    expect(bodyOf(await all.endpoints.system(get()))).not.toHaveProperty('sm2');
    const { keys } = bodyOf(await all.endpoints.jwks(get())) as { keys: { n?: string }[] };
    const { n } = createPublicKey(pem).export({ format: 'jwk' });
    expect(keys.map((jwk) => jwk.n)).not.toContain(n);
    expect(JSON.stringify([await all.endpoints.system(get()), await all.endpoints.passwordKey(get())])).not.toMatch(
      /PRIVATE|"d":/,
    );
  });
});

describe('faults of our own', () => {
  it('RFC 9110 §15.6.4: what does not answer now may soon: 503, and when to ask again', async () => {
    all.stores.clients.find = () => Promise.reject(new Unavailable('the database is away'));
    expect(await send(given())).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
      body: { statusCode: 503, apiCode: 1000, message: expect.not.stringContaining('database') },
    });
  });

  it('RFC 9110 §15.6.4: keep their status, so that a retry may help; nothing of them is told', async () => {
    all.stores.clients.find = () => Promise.reject(new Error('hunter2'));
    const reply = await send(given());
    expect(reply).toMatchObject({
      status: 500,
      body: { statusCode: 500, message: expect.not.stringContaining('hunter2') },
    });
  });
});
