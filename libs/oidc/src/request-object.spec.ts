import { beforeEach, describe, expect, it } from '@jest/globals';
import { get, issuer, paramsOf, ruleBrowser, rules, secret, type Rules } from '@portico/testing';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
const pairs = Object.fromEntries(
  await Promise.all(algorithms.map(async (alg) => [alg, await generateKeyPair(alg, { extractable: true })] as const)),
) as Record<(typeof algorithms)[number], Pair>;
const stranger = await generateKeyPair('ES256', { extractable: true });
const jwks = {
  keys: await Promise.all(algorithms.map(async (alg) => ({ ...(await exportJWK(pairs[alg].publicKey)), kid: alg }))),
};

interface Way {
  readonly alg?: string;
  readonly key?: CryptoKey | Uint8Array;
  readonly kid?: string;
  readonly typ?: string;
}
const sign = (claims: JWTPayload, { alg = 'ES256', key = pairs.ES256.privateKey, kid = alg, typ }: Way = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg, kid, ...(typ !== undefined && { typ }) }).sign(key);
const unsigned = (claims: JWTPayload) => new UnsecuredJWT(claims).encode();

const inside = (id: string) => ({
  iss: id,
  aud: issuer,
  client_id: id,
  redirect_uri: `https://${id}.example.test/cb`,
  response_type: 'code',
  scope: 'openid',
  state: 'inside',
  nonce: 'inside',
});
const outside = (id: string) => ({ client_id: id, response_type: 'code', scope: 'openid' });

let all: Rules;
let browser: ReturnType<typeof ruleBrowser>;
beforeEach(async () => {
  all = await rules({
    any: { jwks },
    pinned: { jwks, request_object_signing_alg: 'ES256' },
    unsigned: { request_object_signing_alg: 'none' },
    bare: {},
  });
  browser = ruleBrowser(all);
});
const answered = async (params: Record<string, string>) =>
  paramsOf(await browser.answer(await browser.get('authorize', params)));
const page = async (params: Record<string, string>) => {
  const reply = await all.endpoints.authorize(get(params));
  if (reply.kind !== 'page' || reply.page.name !== 'error') throw new Error(JSON.stringify(reply));
  return reply.page.error;
};
/** The error that comes back to the redirect URI outside of the object. */
const refused = async (id: string, request: string, more: object = {}) =>
  paramsOf(
    await all.endpoints.authorize(
      get({ ...outside(id), redirect_uri: `https://${id}.example.test/cb`, state: 'outside', request, ...more }),
    ),
  );

describe('OpenID Connect Core 1.0 §6.1: a request object by value', () => {
  it.each(algorithms)('signed with %s by a registered key', async (alg) => {
    const request = await sign(inside('any'), { alg, key: pairs[alg].privateKey });
    expect(await answered({ ...outside('any'), request })).toMatchObject({ code: expect.any(String), state: 'inside' });
  });

  it('RFC 9864 §2.2: Ed25519 is EdDSA by its newer name', async () => {
    const request = await sign(inside('any'), { alg: 'Ed25519', kid: 'EdDSA', key: pairs.EdDSA.privateKey });
    expect((await answered({ ...outside('any'), request })).code).toBeDefined();
  });

  it('what stands inside supersedes what stands outside: redirect_uri, state, prompt', async () => {
    const request = await sign({ ...inside('pinned'), prompt: 'none' });
    const params = { ...outside('pinned'), redirect_uri: 'https://evil.example.test/', state: 'outside', request };
    const reply = await all.endpoints.authorize(get(params));
    expect(reply).toMatchObject({ location: expect.stringContaining('https://pinned.example.test/cb?') });
    expect(paramsOf(reply)).toMatchObject({ error: 'login_required', state: 'inside' });
  });

  it('what varies may stand outside', async () => {
    const { state: _, nonce: __, ...fixed } = inside('pinned');
    expect(await answered({ ...outside('pinned'), state: 'outside', request: await sign(fixed) })).toMatchObject({
      code: expect.any(String),
      state: 'outside',
    });
  });

  it('numbers and objects are parameters too: max_age, claims', async () => {
    const claims = { id_token: { sub: { value: 'sub-bob' } } };
    await answered({ ...outside('pinned'), request: await sign(inside('pinned')) });
    const silent = (more: object) => sign({ ...inside('pinned'), prompt: 'none', ...more });
    const outcome = async (more: object) =>
      paramsOf(await browser.get('authorize', { ...outside('pinned'), request: await silent(more) })).error ?? 'code';
    expect(await outcome({ claims: { id_token: { sub: { value: 'sub-alice' } } } })).toBe('code');
    expect(await outcome({ claims })).toBe('login_required');
    all.clock.pass(10);
    expect(await outcome({ max_age: 60 })).toBe('code');
    expect(await outcome({ max_age: 5 })).toBe('login_required');
    expect(await outcome({ max_age: { hours: 1 } })).toBe('invalid_request');
  });

  it('by POST as by GET', async () => {
    const request = await sign(inside('any'));
    const reply = await browser.answer(await browser.post('authorize', { ...outside('any'), request }));
    expect(paramsOf(reply).code).toBeDefined();
  });

  it('the rules hold for what stands inside', async () => {
    const request = await sign({ ...inside('any'), code_challenge: 'short', code_challenge_method: 'S256' });
    expect(await answered({ ...outside('any'), request })).toMatchObject({ error: 'invalid_request', state: 'inside' });
  });

  it('a redirect_uri inside that is not registered is a page', async () => {
    const request = await sign({ ...inside('any'), redirect_uri: 'https://evil.example.test/' });
    expect(await page({ ...outside('any'), request })).toBe('invalid_request');
  });

  it.each(['client_id', 'response_type'])('§6.1: %s MUST match what stands outside', async (name) => {
    const request = await sign({ ...inside('any'), [name]: 'another' });
    expect(await refused('any', request)).toMatchObject({ error: 'invalid_request_object', state: 'outside' });
  });

  it.each(['request', 'request_uri'])('§6.1: %s MUST NOT stand inside', async (name) => {
    const request = await sign({ ...inside('any'), [name]: 'x' });
    expect(await refused('any', request)).toMatchObject({ error: 'invalid_request_object' });
  });

  it('§6.2: request_uri beside it is refused', async () => {
    const request = await sign(inside('any'));
    expect(await refused('any', request, { request_uri: 'https://any.example.test/r' })).toMatchObject({
      error: 'request_uri_not_supported',
    });
  });

  it('RFC 6749 §3.1: twice is refused', async () => {
    const request = [await sign(inside('any')), await sign(inside('any'))];
    const reply = await all.endpoints.authorize(
      get({ ...outside('any'), redirect_uri: 'https://any.example.test/cb', request }),
    );
    expect(paramsOf(reply)).toMatchObject({ error: 'invalid_request' });
  });
});

describe('RFC 9101: without response_type outside', () => {
  it('§5: client_id and request are enough', async () => {
    const request = await sign(inside('pinned'), { typ: 'oauth-authz-req+jwt' });
    expect(await answered({ client_id: 'pinned', request })).toMatchObject({
      code: expect.any(String),
      state: 'inside',
    });
  });

  it('§6.3: only what stands inside counts', async () => {
    const { state: _, ...stateless } = inside('pinned');
    const request = await sign({ ...stateless, prompt: 'none' });
    const reply = await all.endpoints.authorize(
      get({ client_id: 'pinned', state: 'outside', prompt: 'login', response_mode: 'fragment', request }),
    );
    expect(reply).toMatchObject({
      location: expect.stringContaining('https://pinned.example.test/cb?error=login_required'),
    });
    expect(paramsOf(reply)).not.toHaveProperty('state');
  });

  it('§10.8: a JWT that authenticates the client is no request object', async () => {
    const assertion = { iss: 'any', sub: 'any', aud: issuer, jti: 'j', exp: all.clock() + 60 };
    expect(await refused('any', await sign(assertion))).toMatchObject({ error: 'invalid_request_object' });
  });
});

describe('OpenID Connect Core 1.0 §6.3: what is wrong with an object', () => {
  it.each<[string, () => string | Promise<string>]>([
    ['no JWT', () => 'a.b.c'],
    ['nothing that could be one', () => '😀'],
    ['too long', async () => sign({ ...inside('any'), x: 'x'.repeat(40_000) })],
    ['encrypted', () => 'a.b.c.d.e'],
    ["somebody else's key", () => sign(inside('any'), { key: stranger.privateKey })],
    ['a key of another name', () => sign(inside('any'), { kid: 'RS256' })],
    ['changed afterwards', async () => (await sign(inside('any'))).replace(/\.[^.]+\./, `.${btoa('{}')}.`)],
    ['HS256 with the public key', () => sign(inside('any'), { alg: 'HS256', key: new Uint8Array(32) })],
    ['§6.1: iss is not the client', () => sign({ ...inside('any'), iss: 'pinned' })],
    ['§6.1: aud is not this issuer', () => sign({ ...inside('any'), aud: ['https://other.example.test'] })],
    ['expired', async () => sign({ ...inside('any'), exp: all.clock() - 61 })],
    ['exp that is no time', () => sign({ ...inside('any'), exp: 'tomorrow' as never })],
    ['not yet', async () => sign({ ...inside('any'), nbf: all.clock() + 61 })],
  ])('%s', async (_, request) => {
    expect(await refused('any', await request())).toMatchObject({
      error: 'invalid_request_object',
      state: 'outside',
      iss: issuer,
    });
  });

  it('is told on a page where no redirect URI stands outside', async () => {
    expect(await page({ ...outside('any'), request: 'a.b.c' })).toBe('invalid_request_object');
    // The object could have held a right one, which supersedes the one outside (§6.1).
    expect(await page({ ...outside('any'), redirect_uri: 'https://evil.example.test/', request: 'a.b.c' })).toBe(
      'invalid_request_object',
    );
    expect(await page({ ...outside('bare'), redirect_uri: 'https://evil.example.test/', request: 'a.b.c' })).toBe(
      'request_not_supported',
    );
  });

  it.each([
    ['§6.2: request_uri', { request_uri: 'https://any.example.test/r' }, 'request_uri_not_supported'],
    ['§7.2.1: registration', { registration: '{}' }, 'registration_not_supported'],
  ])('%s is told on a page where no redirect URI that counts stands beside it', async (_, more, error) => {
    expect(await page({ ...outside('any'), ...more })).toBe(error);
    expect(await page({ ...outside('any'), ...more, redirect_uri: 'https://evil.example.test/' })).toBe(error);
    expect(await page({ client_id: 'any', scope: 'openid', ...more })).toBe(error);
  });

  it.each([{ request_uri: '' }, { registration: '' }, {}])(
    'RFC 6749 §3.1: %j counts as left out: the page is about the redirect URI',
    async (more) => expect(await page({ ...outside('any'), ...more })).toBe('invalid_request'),
  );

  it('§6.3.2: alg MUST be the registered one', async () => {
    const request = await sign(inside('pinned'), { alg: 'RS256', key: pairs.RS256.privateKey });
    expect(await refused('pinned', request)).toMatchObject({ error: 'invalid_request_object' });
    expect(await refused('pinned', unsigned(inside('pinned')))).toMatchObject({ error: 'invalid_request_object' });
  });

  it('aud may be a list with this issuer in it; clocks may differ by a minute', async () => {
    const request = await sign({ ...inside('any'), aud: ['x', issuer], exp: all.clock() - 59, nbf: all.clock() + 59 });
    expect((await answered({ ...outside('any'), request })).code).toBeDefined();
  });
});

describe('OpenID Connect Core 1.0 §6.1: unsigned objects', () => {
  it('of a client that has registered none', async () => {
    expect(await answered({ ...outside('unsigned'), request: unsigned(inside('unsigned')) })).toMatchObject({
      code: expect.any(String),
      state: 'inside',
    });
  });

  it('Dynamic Client Registration §2: of a client that has registered neither an algorithm nor keys', async () => {
    expect(await answered({ ...outside('bare'), request: unsigned(inside('bare')) })).toMatchObject({
      code: expect.any(String),
      state: 'inside',
    });
  });

  it.each(['unsigned', 'bare', 'any'])(
    'supersede what stands outside as signed ones do (oidcc-ensure-request-object-with-redirect-uri): %s',
    async (id) => {
      const params = { ...outside(id), redirect_uri: 'https://evil.example.test/' };
      const reply = await answered({ ...params, request: unsigned(inside(id)) });
      expect(reply).toMatchObject({ code: expect.any(String), state: 'inside' });
    },
  );

  it('Dynamic Client Registration §2: of a client with keys that has left the algorithm open, too', async () => {
    expect(await answered({ ...outside('any'), request: unsigned(inside('any')) })).toMatchObject({ state: 'inside' });
  });

  it('Dynamic Client Registration §2: of such a client all others MUST be refused', async () => {
    expect(await refused('unsigned', await sign(inside('unsigned')))).toMatchObject({
      error: 'invalid_request_object',
    });
  });

  it.each([
    ['that has registered no keys, for a signed one', 'bare', () => sign(inside('bare'))],
    ['that has registered no keys, for what is no JWT', 'bare', () => 'a.b.c'],
  ])('§3.1.2.6: of a client %s: request_not_supported', async (_, id, request) => {
    expect(await refused(id, await request())).toMatchObject({ error: 'request_not_supported', state: 'outside' });
  });

  it('with a signature nevertheless are no unsigned ones', async () => {
    expect(await refused('unsigned', `${unsigned(inside('unsigned'))}c2ln`)).toMatchObject({
      error: 'invalid_request_object',
    });
  });
});

it('a signed-in person comes back to the request after signing in', async () => {
  const signIn = await browser.get('authorize', { client_id: 'any', request: await sign(inside('any')) });
  const consent = await browser.submit(signIn, { identifier: 'alice', password: secret });
  expect(paramsOf(await browser.submit(consent, { answer: 'allow' }))).toMatchObject({ state: 'inside' });
});
