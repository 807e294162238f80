import { beforeEach, describe, expect, it } from '@jest/globals';
import { basic, bodyOf, issuer, post, rules, secret, signedIn, type Rules, type SignedIn } from '@portico/testing';
import { decodeJwt } from 'jose';

let all: Rules;
let alice: SignedIn;
beforeEach(async () => {
  all = await rules({
    web: {},
    api: {},
    open: { introspection_endpoint_auth_method: 'none', revocation_endpoint_auth_method: 'client_secret_post' },
  });
  alice = await signedIn(all, 'web');
});
const introspect = async (token: string, headers = basic('api', secret)) =>
  bodyOf(await all.endpoints.introspection(post({ token }, { headers })));
const revoke = (token: string, id = 'web') => all.endpoints.revocation(post({ token }, { headers: basic(id, secret) }));

describe('introspection', () => {
  it('RFC 7662 §2.2: tells a resource server what an access token is', async () => {
    const { jti } = decodeJwt(alice.access_token);
    expect(await introspect(alice.access_token)).toEqual({
      active: true,
      iss: issuer,
      sub: 'sub-alice',
      client_id: 'web',
      aud: 'web',
      scope: 'openid profile offline_access',
      token_type: 'Bearer',
      jti,
      iat: all.clock(),
      exp: all.clock() + 3600,
    });
  });

  it('a refresh token is found without a hint, or with a wrong one', async () => {
    expect(await introspect(alice.refresh_token)).toMatchObject({
      active: true,
      client_id: 'web',
      exp: all.clock() + 2_592_000,
    });
    const form = { token: alice.refresh_token, token_type_hint: 'access_token' };
    expect(bodyOf(await all.endpoints.introspection(post(form, { headers: basic('api', secret) })))).toMatchObject({
      active: true,
    });
  });

  it.each(['rubbish', '"', 'a'.repeat(5000)])(
    '§2.2: of an unknown token it says nothing but that it is not active',
    async (token) => {
      expect(await introspect(token)).toEqual({ active: false });
    },
  );

  it('an expired token, a used refresh token and an id_token are not active', async () => {
    const form = { grant_type: 'refresh_token', refresh_token: alice.refresh_token };
    await all.endpoints.token(post(form, { headers: basic('web', secret) }));
    expect(await introspect(alice.refresh_token)).toEqual({ active: false });
    expect(await introspect(alice.id_token)).toEqual({ active: false });
    all.clock.pass(3600);
    expect(await introspect(alice.access_token)).toEqual({ active: false });
  });

  it('§2.1: the caller must authenticate', async () => {
    const reply = await all.endpoints.introspection(
      post({ token: alice.access_token }, { headers: basic('api', 'wrong') }),
    );
    expect(reply).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(await all.endpoints.introspection(post({ token: alice.access_token }))).toMatchObject({ status: 401 });
  });

  it('a client that calls without authentication learns of its own tokens alone', async () => {
    const own = await signedIn(all, 'open');
    const ask = async (token: string) => bodyOf(await all.endpoints.introspection(post({ client_id: 'open', token })));
    expect(await ask(own.access_token)).toMatchObject({ active: true });
    expect(await ask(alice.access_token)).toEqual({ active: false });
  });

  it('§2.1: token is required', async () => {
    const reply = await all.endpoints.introspection(post({}, { headers: basic('api', secret) }));
    expect(reply).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', error_description: 'token is required' },
    });
  });
});

describe('revocation', () => {
  it('RFC 7009 §2.1: an access token goes alone', async () => {
    expect(await revoke(alice.access_token)).toMatchObject({ kind: 'json', status: 200, body: {} });
    expect(await introspect(alice.access_token)).toEqual({ active: false });
    expect(await introspect(alice.refresh_token)).toMatchObject({ active: true });
    expect(all.stores.facts).toMatchObject([{ event: 'tokenRevoked', data: { clientId: 'web' } }]);
  });

  it('§2.1: with a refresh token go the access tokens of the same grant', async () => {
    await revoke(alice.refresh_token);
    expect(await introspect(alice.access_token)).toEqual({ active: false });
    expect(all.stores.facts).toMatchObject([{ event: 'authorizationRevoked', data: { reason: 'revoked_by_client' } }]);
  });

  it('§2.2: an unknown token, or one revoked before, is answered with 200, and told nobody twice', async () => {
    for (const token of ['rubbish', alice.access_token, alice.access_token])
      expect((await revoke(token)).status).toBe(200);
    expect(all.stores.facts).toHaveLength(1);
  });

  it('§2.1: not the token of another client', async () => {
    expect(await revoke(alice.access_token, 'api')).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await introspect(alice.access_token)).toMatchObject({ active: true });
  });

  it('each endpoint has its own authentication method', async () => {
    const own = await signedIn(all, 'open');
    expect((await revoke(own.access_token, 'open')).status).toBe(401);
    const reply = await all.endpoints.revocation(
      post({ token: own.access_token, client_id: 'open', client_secret: secret }),
    );
    expect(reply.status).toBe(200);
  });
});
