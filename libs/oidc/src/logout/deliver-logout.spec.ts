import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  compactDecrypt,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  jwtVerify,
} from 'jose';
import { Unavailable } from '@portico/contracts';
import { clientSecretKey, get, issuer, rules, ruleBrowser, secret, tokenClient, type Rules } from '@portico/testing';
import { clientMetadataSchema } from '../client.js';
import { subjectIdentifiers } from '../subject-identifier.js';
import { deliverLogout, giveUpSeconds, waitSeconds, type DeliverLogoutNeeds } from './deliver-logout.js';
import { logoutEvent } from './logout-token.js';

const uriOf = (id: string) => `https://${id}.example.test/logout`;
const keys = await generateKeyPair('ECDH-ES', { extractable: true });
const encryptionKey = { ...(await exportJWK(keys.publicKey)), alg: 'ECDH-ES', use: 'enc', kid: 'theirs' };

const clients = Object.fromEntries(
  Object.entries({
    web: {},
    es256: { id_token_signed_response_alg: 'ES256' },
    hs256: { token_endpoint_auth_method: 'client_secret_post', id_token_signed_response_alg: 'HS256' },
    pairwise: { subject_type: 'pairwise' },
    sealed: { id_token_encrypted_response_alg: 'ECDH-ES', jwks: { keys: [encryptionKey] } },
    unsealed: { id_token_encrypted_response_alg: 'ECDH-ES', jwks_uri: 'https://unsealed.example.test/jwks' },
  }).map(([id, more]) => [id, { backchannel_logout_uri: uriOf(id), consent: 'skip', ...more }]),
);

interface Told {
  readonly uri: string;
  readonly token: string;
}

let all: Rules;
let told: Told[];
let answers: (number | Error)[];

const needs = (): DeliverLogoutNeeds => ({
  ...all.stores,
  policy: { issuer },
  keys: () => all.keys,
  subjectFor: subjectIdentifiers(new Uint8Array(32).fill(3)),
  clientSecretKey,
  clock: all.clock,
  random: () => 0,
  tell: (uri, token) => {
    told.push({ uri, token });
    const answer = answers.shift() ?? 200;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  },
});

/** A sign-in at these clients, and its logout; `idTokens` is what the clients have of it. */
const loggedOut = async (...ids: string[]) => {
  const browser = ruleBrowser(all);
  for (const client_id of ids) {
    const request = { client_id, redirect_uri: `https://${client_id}.example.test/cb`, response_type: 'code' };
    await browser.answer(await browser.get('authorize', { ...request, scope: 'openid' }));
  }
  await browser.submit(await browser.get('endSession', {}), { answer: 'logout' });
  const ended = all.stores.facts.findLast(({ event }) => event === 'sessionEnded');
  if (ended?.event !== 'sessionEnded') throw new Error('no session has ended');
  return ended.data.sid;
};
const deliver = (sid: string, clientId: string) => deliverLogout({ sid, clientId }, needs());
const stateOf = async (sid: string) => (await all.stores.logoutDeliveries.list({ sid }, 10))[0];
const tokenTo = async (id: string): Promise<string> => {
  await deliver(await loggedOut(id), id);
  return told.at(-1)?.token ?? '';
};

beforeAll(async () => {
  all = await rules({ ...clients, deaf: {} });
});
beforeEach(() => {
  told = [];
  answers = [];
});

describe('OpenID Connect Back-Channel Logout 1.0 §2.4: the logout token', () => {
  it('§4: says which session of whom has ended, for two minutes, signed as the ID Tokens of the client are', async () => {
    const sid = await loggedOut('web');
    expect(await deliver(sid, 'web')).toBeUndefined();
    expect(told.map(({ uri }) => uri)).toEqual([uriOf('web')]);
    const now = all.clock();
    const jwks = createLocalJWKSet(all.keys.jwks as unknown as Parameters<typeof createLocalJWKSet>[0]);
    const { payload, protectedHeader } = await jwtVerify(told[0]!.token, jwks, {
      issuer,
      audience: 'web',
      typ: 'logout+jwt',
      currentDate: new Date(now * 1000),
    });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'logout+jwt' });
    expect(payload).toEqual({
      iss: issuer,
      aud: 'web',
      sub: 'sub-alice',
      sid,
      iat: now,
      exp: now + 120,
      jti: expect.any(String),
      events: { [logoutEvent]: {} },
    });
  });

  it('has the sid and sub of the ID Token, also where sub is pairwise', async () => {
    const client = tokenClient(() => all);
    const tokens = await client.tokensFor('pairwise');
    const { sub } = decodeJwt(String(tokens.id_token));
    expect(sub).not.toBe('sub-alice');
    expect(decodeJwt(await tokenTo('pairwise')).sub).toBe(sub);
  });

  it.each([
    ['es256', 'ES256'],
    ['hs256', 'HS256'],
  ])('the algorithm is id_token_signed_response_alg: %s', async (id, alg) => {
    const token = await tokenTo(id);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg, typ: 'logout+jwt' });
    if (alg === 'HS256')
      await jwtVerify(token, new TextEncoder().encode(secret), { currentDate: new Date(all.clock() * 1000) });
  });

  it('never has a nonce', async () => {
    expect(decodeJwt(await tokenTo('web'))).not.toHaveProperty('nonce');
  });

  it('§4.1: is no ID Token and no access token here', async () => {
    const token = await tokenTo('web');
    const hinted = await all.endpoints.endSession(get({ id_token_hint: token }));
    expect(hinted).toMatchObject({ kind: 'page', page: { name: 'error', error: 'invalid_request' } });
    const headers = { authorization: `Bearer ${token}` };
    expect((await all.endpoints.userinfo(get({}, { headers }))).status).toBe(401);
  });

  it('§2.4, RFC 7519 §5.3: is encrypted where ID Tokens are, and shows its iss', async () => {
    const { plaintext, protectedHeader } = await compactDecrypt(await tokenTo('sealed'), keys.privateKey);
    expect(protectedHeader).toMatchObject({ alg: 'ECDH-ES', cty: 'JWT', kid: 'theirs', iss: issuer });
    expect(decodeJwt(new TextDecoder().decode(plaintext))).toMatchObject({ aud: 'sealed', iss: issuer });
  });

  it('keeps its jti at each attempt; another session has another', async () => {
    const sid = await loggedOut('web');
    answers = [503];
    await deliver(sid, 'web');
    all.clock.pass(1);
    await deliver(sid, 'web');
    await tokenTo('web');
    const [first, again, other] = told.map(({ token }) => decodeJwt(token));
    expect(again).toMatchObject({ jti: first!.jti, iat: first!.iat! + 1 });
    expect(other!.jti).not.toBe(first!.jti);
  });
});

describe('OpenID Connect Back-Channel Logout 1.0 §2.2: what a client registers', () => {
  const parsed = (settings: object) => clientMetadataSchema.safeParse({ client_name: 'Web', ...settings });

  it.each(['https://a.test/out#there', '/out', 'javascript:alert(1)'])('%s is no logout URI', (uri) => {
    expect(parsed({ backchannel_logout_uri: uri }).success).toBe(false);
  });

  it('the URI may have a port and a query; sid is not asked for unless it says so', () => {
    const uri = 'https://a.test:8443/out?of=us';
    const { data } = parsed({ backchannel_logout_uri: uri });
    expect(data).toMatchObject({ backchannel_logout_uri: uri, backchannel_logout_session_required: false });
  });
});

describe('OpenID Connect Back-Channel Logout 1.0 §2.8: what the client answers', () => {
  it.each([200, 204])('%d: it is delivered, and never sent again', async (status) => {
    const sid = await loggedOut('web');
    answers = [status];
    await deliver(sid, 'web');
    expect(await stateOf(sid)).toMatchObject({ state: 'delivered', status, attempts: 1, deliveredAt: all.clock() });
    all.clock.pass(100_000);
    expect(await deliver(sid, 'web')).toBeUndefined();
    expect(told).toHaveLength(1);
  });

  it('400: the client refuses; §2.5: that is not sent again', async () => {
    const sid = await loggedOut('web');
    answers = [400];
    expect(await deliver(sid, 'web')).toBeUndefined();
    expect(await stateOf(sid)).toMatchObject({ state: 'failed', status: 400, attempts: 1 });
    all.clock.pass(100);
    await deliver(sid, 'web');
    expect(told).toHaveLength(1);
  });

  it.each([[500], [503], [404], [201], [302], [new Unavailable('web.example.test: no answer within 5000 ms')]])(
    '%p: it is tried again',
    async (answer) => {
      const sid = await loggedOut('web');
      answers = [answer];
      expect(await deliver(sid, 'web')).toBe(1);
      expect(await stateOf(sid)).toMatchObject({
        state: 'pending',
        attempts: 1,
        dueAt: all.clock() + 1,
        ...(answer instanceof Error ? { error: answer.message } : { status: answer }),
      });
    },
  );

  it('an attempt that comes too early, or beside another, sends nothing', async () => {
    const sid = await loggedOut('web');
    answers = [503];
    await deliver(sid, 'web');
    expect(await deliver(sid, 'web')).toBeUndefined();
    expect(told).toHaveLength(1);
    all.clock.pass(1);
    await Promise.all([1, 2, 3].map(() => deliver(sid, 'web')));
    expect(told).toHaveLength(2);
  });

  it('one that cannot be encrypted is tried again; nothing is sent in clear text', async () => {
    const sid = await loggedOut('unsealed');
    expect(await deliver(sid, 'unsealed')).toBe(1);
    expect(told).toEqual([]);
    expect(await stateOf(sid)).toMatchObject({ state: 'pending', error: expect.any(String) });
  });
});

describe('attempts', () => {
  it('come after 1 s, 2 s, 4 s and so on up to a quarter of an hour, and at most a quarter later', () => {
    expect([1, 2, 3, 10, 11, 100, 5_000].map((attempts) => waitSeconds(attempts, 0))).toEqual([
      1, 2, 4, 512, 900, 900, 900,
    ]);
    expect([1, 10, 5_000].map((attempts) => waitSeconds(attempts, 1))).toEqual([2, 640, 1125]);
  });

  it('go on for a day; then it has failed', async () => {
    const sid = await loggedOut('web');
    const begun = all.clock();
    answers = Array.from({ length: 1_000 }, () => 503);
    let wait = await deliver(sid, 'web');
    while (wait !== undefined) {
      all.clock.pass(wait);
      wait = await deliver(sid, 'web');
    }
    expect(await stateOf(sid)).toMatchObject({ state: 'failed', status: 503, attempts: told.length });
    expect(all.clock() - begun).toBeGreaterThan(giveUpSeconds - 1_000);
    expect(all.clock() - begun).toBeLessThanOrEqual(giveUpSeconds);
    expect(told.length).toBeGreaterThan(90);
    expect(told.length).toBeLessThan(120);
  });

  it('begin anew where somebody asks for it', async () => {
    const sid = await loggedOut('web');
    answers = [400, 503, 200];
    await deliver(sid, 'web');
    all.clock.pass(giveUpSeconds * 2);
    await all.stores.logoutDeliveries.retry({ sid }, all.clock());
    expect(await deliver(sid, 'web')).toBe(1);
    all.clock.pass(1);
    await deliver(sid, 'web');
    expect(await stateOf(sid)).toMatchObject({ state: 'delivered' });
  });

  it('fail at once for a client that is told no longer', async () => {
    const sid = await loggedOut('web');
    const client = (await all.stores.clients.find('web'))!;
    const { backchannel_logout_uri: _uri, ...metadata } = client.metadata;
    await all.stores.registrations.save([{ ...client, metadata }], []);
    await deliver(sid, 'web');
    await all.stores.registrations.save([client], []);
    expect(told).toEqual([]);
    expect(await stateOf(sid)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('backchannel_logout_uri'),
    });
  });

  it('an error that is noted is cut', async () => {
    const sid = await loggedOut('web');
    answers = [new Unavailable('x'.repeat(100_000))];
    await deliver(sid, 'web');
    expect((await stateOf(sid))?.error).toHaveLength(200);
  });
});
