import { beforeEach, describe, expect, it } from '@jest/globals';
import { calls, type CallRequest } from '@portico/contracts';
import { basic, bodyOf, post, rules, secret, signedIn, type Rules, type SignedIn } from '@portico/testing';
import { randomUUID } from 'node:crypto';

let all: Rules;
let alice: SignedIn;
beforeEach(async () => {
  all = await rules({
    web: {},
    api: {},
    'api-post': { token_endpoint_auth_method: 'client_secret_post' },
    'api-jwt': { token_endpoint_auth_method: 'client_secret_jwt', token_endpoint_auth_signing_alg: 'HS256' },
    open: { introspection_endpoint_auth_method: 'none' },
  });
  alice = await signedIn(all, 'web');
});
const ask = (tokens: string[], more: Partial<CallRequest<'introspect'>> = {}) =>
  all.calls.introspect({ client_id: 'api', client_secret: secret, tokens, ...more });
const byHttp = async (token: string) =>
  bodyOf(await all.endpoints.introspection(post({ token }, { headers: basic('api', secret) })));

describe('introspection over the bus', () => {
  it('RFC 7662 §2.2: tells of each token what the endpoint tells, in the order of the question', async () => {
    const tokens = ['rubbish', alice.access_token, alice.refresh_token, alice.id_token, alice.access_token];
    const expected = [];
    for (const token of tokens) expected.push(await byHttp(token));
    expect(expected.map(({ active }) => active)).toEqual([false, true, true, false, true]);
    expect(await ask(tokens)).toEqual({ answers: expected });
  });

  it('a hundred at once', async () => {
    const tokens = Array.from({ length: 100 }, (_, index) => (index % 2 ? alice.access_token : `rubbish-${index}`));
    const told = await ask(tokens);
    const active = 'answers' in told ? told.answers.map((answer) => answer.active) : [];
    expect(active).toEqual(tokens.map((_, index) => index % 2 === 1));
  });

  it.each(['api', 'api-post'])('RFC 6749 §2.3.1: %s proves who it is by its secret', async (client_id) => {
    expect(await ask([alice.access_token], { client_id })).toMatchObject({ answers: [{ active: true }] });
    expect(await ask([alice.access_token], { client_id, client_secret: `${secret}x` })).toMatchObject({
      error: 'invalid_client',
    });
  });

  it('§2.1: one that need not prove who it is learns of its own tokens alone', async () => {
    const own = await signedIn(all, 'open');
    const told = await all.calls.introspect({ client_id: 'open', tokens: [own.access_token, alice.access_token] });
    expect(told).toMatchObject({ answers: [{ active: true }, { active: false }] });
  });

  it.each<[string, Partial<CallRequest<'introspect'>>]>([
    ['an unknown client', { client_id: randomUUID() }],
    ['no secret', { client_secret: undefined }],
    ['an id with a NUL', { client_id: 'api\0' }],
    ['a secret that is no UTF-8', { client_secret: '%E0%A4%A' }],
    ['a secret where an assertion is registered', { client_id: 'api-jwt' }],
    [
      'an assertion that is none',
      {
        client_id: 'api-jwt',
        client_secret: undefined,
        client_assertion: 'e30.e30.',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      },
    ],
  ])('RFC 7662 §2.1: %s is refused', async (_, more) => {
    const told = await ask([alice.access_token], more);
    expect(told).toMatchObject({ error: 'invalid_client' });
    expect(JSON.stringify(told)).not.toContain(secret);
  });

  it.each<[string, object]>([
    ['no tokens', { tokens: [] }],
    ['101 tokens', { tokens: Array.from({ length: 101 }, () => 'a') }],
    ['a token that is too long', { tokens: ['a'.repeat(8193)] }],
    ['an empty token', { tokens: [''] }],
    ['one token, not in a list', { tokens: 'a' }],
    ['no client', { client_id: undefined }],
    ['a secret that is too long', { client_secret: 'a'.repeat(4097) }],
  ])('the edge takes no call with %s', (_, more) => {
    expect(calls.introspect.request.safeParse({ client_id: 'api', tokens: ['a'], ...more }).success).toBe(false);
  });
});
