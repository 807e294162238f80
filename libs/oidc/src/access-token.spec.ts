import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { basic, bodyOf, get, issuer, post, rules, secret, signedIn, type Rules } from '@portico/testing';

let all: Rules;
beforeEach(async () => void (all = await rules({ web: {}, second: {} })));

const forItself = async (scope?: string) => {
  const form = { grant_type: 'client_credentials', scope };
  return String(bodyOf(await all.endpoints.token(post(form, { headers: basic('web', secret) }))).access_token);
};

describe('RFC 9068: JWT access tokens', () => {
  it('§2.1: signed, of a type of their own', async () => {
    for (const token of [(await signedIn(all, 'web')).access_token, await forItself()])
      expect(decodeProtectedHeader(token)).toEqual({
        typ: 'at+jwt',
        alg: 'RS256',
        kid: all.keys.signing('RS256').kid,
      });
  });

  it('§2.2, RFC 7519 §4.1: say from whom, of whom, for whom, to which client, when, until when and which', async () => {
    const token = decodeJwt((await signedIn(all, 'web')).access_token);
    expect(token).toMatchObject({ iss: issuer, sub: 'sub-alice', aud: 'web', client_id: 'web' });
    expect([token.iat, token.exp]).toEqual([all.clock(), all.clock() + 3600]);
    const other = decodeJwt((await signedIn(all, 'web')).access_token);
    expect([token.jti, other.jti]).toEqual([expect.any(String), expect.any(String)]);
    expect(token.jti).not.toBe(other.jti);
  });

  it('§2.2: of a client that acts for itself, the client is the subject', async () => {
    expect(decodeJwt(await forItself())).toMatchObject({ sub: 'web', client_id: 'web', aud: 'web' });
  });

  it('§2.2.1: say what the sign-in was, also after a refresh, and nothing where there was none', async () => {
    const { access_token, refresh_token } = await signedIn(all, 'web');
    const signIn = { auth_time: all.clock(), amr: ['pwd'], acr: expect.any(String) };
    expect(decodeJwt(access_token)).toMatchObject(signIn);
    all.clock.pass(60);
    const form = { grant_type: 'refresh_token', refresh_token };
    const again = bodyOf(await all.endpoints.token(post(form, { headers: basic('web', secret) })));
    expect(decodeJwt(String(again.access_token))).toMatchObject(signIn);
    for (const name of ['auth_time', 'amr', 'acr']) expect(decodeJwt(await forItself())).not.toHaveProperty(name);
  });

  it('§2.2.3: scope is what was granted, not what was asked for', async () => {
    expect(decodeJwt(await forItself('orders:read nothing')).scope).toBe('orders:read');
    expect(decodeJwt((await signedIn(all, 'web', { scope: 'openid email nothing' })).access_token).scope).toBe(
      'openid email',
    );
  });

  it('§3: where no resource was asked for, the audience is the client, never all', async () => {
    const { access_token } = await signedIn(all, 'second', { resource: undefined });
    expect(decodeJwt(access_token).aud).toBe('second');
  });

  it('§4: are validated by what discovery tells alone; a changed one, another audience or a later time is refused', async () => {
    const { access_token } = await signedIn(all, 'web');
    const told = bodyOf(await all.endpoints.discovery(get()));
    const keys = createLocalJWKSet(bodyOf(await all.endpoints.jwks(get())) as unknown as JSONWebKeySet);
    const now = new Date(all.clock() * 1000);
    const expected = { issuer: String(told.issuer), audience: 'web', typ: 'at+jwt', currentDate: now };
    await expect(jwtVerify(access_token, keys, expected)).resolves.toHaveProperty('payload.sub', 'sub-alice');
    const later = new Date((all.clock() + 3601) * 1000);
    for (const wrong of [{ audience: 'second' }, { issuer: 'https://evil.example.test' }, { currentDate: later }])
      await expect(jwtVerify(access_token, keys, { ...expected, ...wrong })).rejects.toThrow();
    const { id_token } = await signedIn(all, 'web');
    await expect(jwtVerify(id_token, keys, expected)).rejects.toThrow();
  });
});
