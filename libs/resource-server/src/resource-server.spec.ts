import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { revocationIndex, type RevocationFact, type TokenName } from '@portico/revocation';
import { exportSPKI, importJWK, type CryptoKey } from 'jose';
import { setTimeout as pause } from 'node:timers/promises';
import { BearerError, resourceServer, type ResourceServer, type ResourceServerOptions } from './index.js';
import { addKey, audience, claimsOf, newProvider, now, signed, type Provider } from './provider.fixture.js';

const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
let provider: Provider;
let keys: Record<string, CryptoKey>;
const open: ResourceServer[] = [];
beforeEach(async () => {
  provider = await newProvider();
  keys = {};
  for (const alg of algorithms) keys[alg] = await addKey(provider, alg);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
  await provider.stop();
});

const serverWith = (more: Partial<ResourceServerOptions> = {}): ResourceServer => {
  const server = resourceServer({ issuer: provider.issuer, audience, clock: () => now, keysCooldownMs: 200, ...more });
  open.push(server);
  return server;
};
type Header = Parameters<typeof signed>[2];
const token = (claims: object = {}, header: Partial<Header> = {}): Promise<string> => {
  const alg = header.alg ?? 'RS256';
  return signed({ ...claimsOf(provider.issuer), ...claims }, keys[alg]!, { alg, ...header });
};
const refusal = async (answer: Promise<unknown>): Promise<string> => {
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof BearerError)) throw new Error(`no refusal: ${String(error)}`);
  return `${error.status} ${error.code}: ${error.description}`;
};

describe('a token that holds', () => {
  it.each(algorithms)('RFC 9068 §4: %s', async (alg) => {
    const verified = await serverWith().verify(await token({}, { alg }), { scope: ['orders:read'] });
    expect(verified).toMatchObject({
      subject: claimsOf('').sub,
      clientId: 'web',
      scope: ['openid', 'orders:read'],
      audience: [audience],
      tokenId: 'auth.one',
      issuedAt: now - 600,
      expiresAt: now + 600,
    });
  });

  it.each<[string, object, Partial<Header>]>([
    ['§4: typ with its media type, in capitals', {}, { typ: 'application/AT+JWT' }],
    ['§4: one audience among several', { aud: ['https://other.example.test/', audience] }, {}],
    ['RFC 7519 §4.1.4: expired, within the leeway', { exp: now - 29 }, {}],
    ['§4.1.6: issued a moment from now, within the leeway', { iat: now + 30 }, {}],
    ['§4.1.5: not before, within the leeway', { nbf: now + 30 }, {}],
    ['RFC 9068 §2.2.3: without a scope', { scope: undefined }, {}],
  ])('%s', async (_, claims, header) => {
    expect((await serverWith().verify(await token(claims, header))).clientId).toBe('web');
  });
});

describe('a token that does not', () => {
  it.each<[string, object, Partial<Header>, string]>([
    ['RFC 9068 §4: an id_token', {}, { typ: 'JWT' }, 'This is no access token'],
    ['RFC 8725 §3.11: without typ', {}, { typ: undefined as never }, 'This is no access token'],
    ['a logout token', {}, { typ: 'logout+jwt' }, 'This is no access token'],
    ['RFC 9068 §4: another issuer', { iss: 'https://other.example.test' }, {}, 'The token comes from another issuer'],
    ['an issuer that only begins so', { iss: 'http://127.0.0.1' }, {}, 'The token comes from another issuer'],
    ['§4: another audience', { aud: 'web' }, {}, 'The token is for another resource server'],
    ['no audience', { aud: undefined }, {}, 'The token is for another resource server'],
    ['an audience that only begins so', { aud: `${audience}x` }, {}, 'The token is for another resource server'],
    ['§4: expired', { exp: now - 30 }, {}, 'The token has expired'],
    ['without exp', { exp: undefined }, {}, 'The token lacks a claim, or has one that does not fit'],
    ['exp as a text', { exp: String(now + 600) }, {}, 'The token lacks a claim, or has one that does not fit'],
    ['RFC 7519 §4.1.5: not before', { nbf: now + 31 }, {}, 'The token lacks a claim, or has one that does not fit'],
    ['§4.1.6: issued in the future', { iat: now + 31 }, {}, 'The token is not valid yet'],
    [
      'RFC 9068 §2.2: without client_id',
      { client_id: undefined },
      {},
      'The token lacks a claim, or has one that does not fit',
    ],
    ['without jti', { jti: undefined }, {}, 'The token lacks a claim, or has one that does not fit'],
    ['scope as a list', { scope: ['orders:read'] }, {}, 'The token has a claim that does not fit'],
    ['a key of another algorithm', {}, { kid: 'PS256' }, 'The signature of the token does not fit'],
    ['a key that nobody knows', {}, { kid: 'unknown' }, 'The signature of the token does not fit'],
    [
      'RFC 7515 §4.1.11: crit',
      {},
      { crit: ['exp'] } as Partial<Header>,
      'The token wants something that is not known here',
    ],
  ])('%s', async (_, claims, header, description) => {
    const text = await token(claims, header).catch(() => unsignedWith(header));
    expect(await refusal(serverWith().verify(text))).toBe(`401 invalid_token: ${description}`);
  });

  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsignedWith = (header: object): string =>
    `${part({ alg: 'RS256', kid: 'RS256', typ: 'at+jwt', ...header })}.${part(claimsOf(provider.issuer))}.AAAA`;

  it.each(['none', 'None', 'nOnE', ''])('RFC 8725 §3.1: alg %j', async (alg) => {
    const [head, claims] = [part({ alg, typ: 'at+jwt' }), part(claimsOf(provider.issuer))];
    for (const text of [`${head}.${claims}.`, `${head}.${claims}`, `${head}.${claims}.AAAA`])
      expect(await refusal(serverWith().verify(text))).toMatch(/^401 invalid_token/);
  });

  it('RFC 8725 §2.1: HS256 with the public key', async () => {
    const jwk = provider.keys[0]!;
    const pem = await exportSPKI((await importJWK(jwk)) as CryptoKey);
    for (const secret of [pem, JSON.stringify(jwk), jwk.n ?? '']) {
      const forged = signed(claimsOf(provider.issuer), Buffer.from(secret), { alg: 'HS256', kid: 'RS256' });
      expect(await refusal(serverWith().verify(await forged))).toMatch(/^401 invalid_token/);
    }
  });

  it('RFC 8725 §3.5: a key of its own in the header', async () => {
    const stranger = await newProvider();
    const key = await addKey(stranger, 'ES256', 'stranger');
    const header = { alg: 'ES256', jwk: stranger.keys[0], jku: `${stranger.issuer}/jwks` };
    expect(await refusal(serverWith().verify(await signed(claimsOf(provider.issuer), key, header)))).toMatch(/^401/);
    expect(stranger.asked).toEqual({});
    await stranger.stop();
  });

  it('an algorithm that is not among those of this resource server', async () => {
    expect(await refusal(serverWith({ algorithms: ['ES256'] }).verify(await token()))).toMatch(/^401 invalid_token/);
  });

  it('every change of one character in the signature or the claims', async () => {
    const [head = '', claims = '', signature = ''] = (await token()).split('.');
    const flipped = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    const server = serverWith();
    for (const text of [`${head}.${flipped(claims)}.${signature}`, `${head}.${claims}.${flipped(signature)}`])
      expect(await refusal(server.verify(text))).toMatch(/^401 invalid_token/);
  });

  it.each(['', '.', '..', 'opaque', 'a.b.c', 'a.b.c.d.e', '\0', 'ü.ü.ü', 'x'.repeat(1_000_000)])(
    'garbage asks nobody anything: %#',
    async (text) => {
      expect(await refusal(serverWith().verify(text))).toMatch(/^401 invalid_token/);
      expect(provider.asked).toEqual({});
    },
  );

  it('RFC 6750 §3.1: too little scope', async () => {
    const error: unknown = await serverWith()
      .verify(await token(), { scope: ['orders:read', 'orders:write'] })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 403, code: 'insufficient_scope', scope: ['orders:read', 'orders:write'] });
  });
});

describe('the keys of the issuer', () => {
  it('OpenID Connect Core 1.0 §10.1.1: a key that is new is found; for keys that nobody knows they are not read again and again', async () => {
    const server = serverWith();
    await server.verify(await token());
    const unknown = await token({}, { kid: 'unknown' });
    for (let times = 0; times < 50; times += 1) await refusal(server.verify(unknown));
    await Promise.all(Array.from({ length: 50 }, () => refusal(server.verify(unknown))));
    expect(provider.asked['/jwks']).toBe(1);
    keys.ES256 = await addKey(provider, 'ES256', 'new');
    await pause(250);
    const before = provider.asked['/jwks']!;
    const text = await token({}, { alg: 'ES256', kid: 'new' });
    await Promise.all(Array.from({ length: 20 }, () => server.verify(text)));
    expect(provider.asked['/jwks']).toBe(before + 1);
  });

  it('while they cannot be read those of the last time count, and only so many attempts are made', async () => {
    const server = serverWith({ keysRefreshMs: 0 });
    const text = await token();
    await server.verify(text);
    provider.answers['/jwks'] = 500;
    await pause(250);
    const unknown = await token({}, { kid: 'unknown' });
    const before = provider.asked['/jwks']!;
    for (let times = 0; times < 20; times += 1) {
      await server.verify(text);
      expect(await refusal(server.verify(unknown))).toMatch(/^401/);
    }
    expect(provider.asked['/jwks']! - before).toBeLessThanOrEqual(2);
    await provider.stop();
    await pause(250);
    await server.verify(text);
    await provider.start();
  });

  it('a key that is withdrawn is gone after the next reading', async () => {
    const server = serverWith({ keysRefreshMs: 100 });
    const text = await token();
    await server.verify(text);
    provider.keys.splice(0, 1);
    await pause(250);
    await server.verify(text).catch(() => undefined);
    await pause(50);
    expect(await refusal(server.verify(text))).toMatch(/^401/);
  });

  it('where they were never read, nothing is told of the token; once they can be, it passes', async () => {
    await provider.stop();
    const server = serverWith();
    const text = await token();
    expect(await refusal(server.verify(text))).toMatch(/^503 temporarily_unavailable/);
    await provider.start();
    expect(await refusal(server.verify(text))).toMatch(/^503/);
    await pause(250);
    await server.verify(text);
  });

  it('OpenID Connect Discovery 1.0 §4.3: the metadata of another issuer are not believed', async () => {
    const path = '/oidc/.well-known/openid-configuration';
    provider.answers[path] = { ...(provider.answers[path] as object), issuer: `${provider.issuer}/` };
    expect(await refusal(serverWith().verify(await token()))).toMatch(/^503/);
    expect(provider.asked['/jwks']).toBeUndefined();
  });

  it('an answer that never comes is not waited for', async () => {
    const server = serverWith({ jwksUri: 'http://127.0.0.1:9/never', deadlineMs: 100 });
    expect(await refusal(server.verify(await token()))).toMatch(/^503/);
  });
});

describe('what was revoked', () => {
  const following = (isCurrent: boolean, facts: readonly RevocationFact[] = [], completeSince = 0) => {
    const index = revocationIndex({ completeSince });
    facts.forEach((fact) => index.add(fact));
    return {
      holds: (token: TokenName) => index.holds(token),
      isCurrent: () => isCurrent,
      stalenessMs: () => (isCurrent ? 5 : Infinity),
      close: () => Promise.resolve(),
    };
  };
  const revoked: RevocationFact = { event: 'tokenRevoked', data: { tokenId: 'auth.one', at: now } };
  const introspection = { clientId: 'api', clientSecret: 'a+b:c/ü' };

  it('is refused, whatever else is known', async () => {
    const text = await token();
    for (const isCurrent of [true, false])
      for (const whenStale of ['refuse', 'accept', 'introspect'] as const) {
        const server = serverWith({ revocations: following(isCurrent, [revoked]), whenStale, introspection });
        expect(await refusal(server.verify(text))).toBe('401 invalid_token: The token was revoked');
      }
    expect(provider.asked['/introspect']).toBeUndefined();
  });

  it('is compared with the person, the client and the authorization of the token', async () => {
    const facts: RevocationFact[] = [
      { event: 'subjectRevoked', data: { subject: claimsOf('').sub, at: now } },
      { event: 'clientRevoked', data: { clientId: 'web', at: now } },
      { event: 'authorizationRevoked', data: { authorizationId: 'auth', at: now } },
      { event: 'sessionEnded', data: { authorizationIds: ['auth'], at: now } },
    ];
    for (const fact of facts) {
      const server = serverWith({ revocations: following(true, [fact]) });
      expect(await refusal(server.verify(await token()))).toMatch(/was revoked$/);
      await server.verify(await token({ sub: 'other', client_id: 'other', jti: 'other.one' }));
    }
  });

  it('while it is not known: refused, accepted or asked for, as chosen', async () => {
    const text = await token();
    const stale = { revocations: following(false), introspection };
    expect(await refusal(serverWith(stale).verify(text))).toMatch(/^503 temporarily_unavailable/);
    await serverWith({ ...stale, whenStale: 'accept' }).verify(text);
    const asking = serverWith({ ...stale, whenStale: 'introspect' });
    provider.answers['/introspect'] = { active: true };
    await asking.verify(text);
    expect(provider.forms.at(-1)?.get('token')).toBe(text);
    provider.answers['/introspect'] = { active: false };
    expect(await refusal(asking.verify(text))).toMatch(/^401 invalid_token/);
    for (const answer of [401, 500, { active: 'true' }, []]) {
      provider.answers['/introspect'] = answer;
      expect(await refusal(asking.verify(text))).toMatch(/^(503 temporarily_unavailable|401 invalid_token)/);
    }
    expect(asking.isCurrent()).toBe(false);
    expect(asking.stalenessMs()).toBe(Infinity);
  });

  it('of a token older than what is known, the client is told to get another one', async () => {
    const server = serverWith({ revocations: following(true, [], now) });
    expect(await refusal(server.verify(await token()))).toBe(
      '401 invalid_token: The token is too old to tell whether it was revoked',
    );
    await serverWith({ revocations: following(true, [], now - 1000) }).verify(await token());
  });

  it('OpenID Connect Core 1.0 §8.1: of a pairwise subject it cannot tell who it is once somebody left', async () => {
    const left: RevocationFact = { event: 'subjectRevoked', data: { subject: 'somebody', at: now } };
    const server = serverWith({ revocations: following(true, [left]), whenStale: 'introspect', introspection });
    provider.answers['/introspect'] = { active: true };
    await server.verify(await token());
    expect(provider.asked['/introspect']).toBeUndefined();
    await server.verify(await token({ sub: 'x'.repeat(43) }));
    expect(provider.asked['/introspect']).toBe(1);
  });

  it('many questions at once are bounded', async () => {
    const server = serverWith({ revocations: following(false), whenStale: 'introspect', introspection });
    provider.answers['/introspect'] = { active: true };
    const text = await token();
    await server.verify(text);
    const answers = await Promise.allSettled(Array.from({ length: 200 }, () => server.verify(text)));
    expect(answers.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(64);
    expect(provider.asked['/introspect']).toBeLessThan(201);
  });

  it('whom to ask as must be said', () => {
    expect(() => serverWith({ whenStale: 'introspect' })).toThrow(TypeError);
  });
});
