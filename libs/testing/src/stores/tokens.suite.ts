import { expect, test } from '@jest/globals';
import type { Authorization, StoredToken } from '@portico/oidc';
import { randomUUID } from 'node:crypto';
import { aCode, anAccessToken, anAuthorization, aRefreshToken, atOnce, hostile, now } from './fixtures.js';
import type { OpenStores } from './stores.js';

export const tokenStoreSuite = (stores: () => OpenStores): void => {
  const begun = async (more: Partial<Authorization> = {}) => {
    const authorization = anAuthorization(more);
    const code = aCode(authorization);
    await stores().tokens.begin(authorization, [code]);
    return { authorization, code };
  };
  const find = (hash: string) => stores().tokens.find(hash);
  const isLive = async ({ hash }: StoredToken) => {
    const held = await find(hash);
    return held !== undefined && held.token.revokedAt === undefined && held.authorization.revokedAt === undefined;
  };
  const factsAbout = async (id: string) =>
    (await stores().facts()).filter(({ data }) => 'authorizationId' in data && data.authorizationId === id);

  test('begin keeps every field of an authorization and its tokens', async () => {
    const authorization = anAuthorization({
      scope: ['openid', 'offline_access'],
      resources: ['https://api.example'],
      sid: randomUUID(),
      authTime: now - 5,
      acr: 'urn:example:loa:2',
      amr: ['pwd', 'otp'],
      claims: { userinfo: { email: null }, id_token: { auth_time: { essential: true } } },
      cnf: { jkt: 'thumbprint' },
    });
    const code = aCode(authorization, { codeChallenge: 'challenge', codeChallengeMethod: 'S256', nonce: 'n' });
    const refresh = aRefreshToken(authorization);
    const access = anAccessToken(authorization, { format: 'opaque', audience: [], scope: [] });
    await stores().tokens.begin(authorization, [code, refresh, access]);
    expect(await find(code.hash)).toEqual({ token: code, authorization });
    expect(await find(refresh.hash)).toEqual({ token: refresh, authorization });
    expect(await find(access.hash)).toEqual({ token: access, authorization });
  });

  test('RFC 6749 §4.4: a client that acts for itself has no subject', async () => {
    const { subject: _, ...authorization } = anAuthorization();
    const access = anAccessToken(authorization);
    await stores().tokens.begin(authorization, [access]);
    expect(await find(access.hash)).toEqual({ token: access, authorization });
  });

  test('an authorization may begin without a token', async () => {
    const authorization = anAuthorization();
    await stores().tokens.begin(authorization, []);
    expect(await stores().tokens.add(authorization.id, [anAccessToken(authorization)])).toBe(true);
  });

  test('what has expired is still found', async () => {
    const authorization = anAuthorization();
    const code = aCode(authorization, { expiresAt: now - 1_000_000 });
    await stores().tokens.begin(authorization, [code]);
    expect(await find(code.hash)).toEqual({ token: code, authorization });
  });

  test('many that are looked for at once are found, each its own, and none that is not there', async () => {
    const all = await Promise.all(Array.from({ length: 130 }, () => begun()));
    const keys = all.flatMap(({ code }, index) => [code.hash, `not there ${index}`, code.hash]);
    const found = await Promise.all([...keys, ...hostile].map(find));
    expect(found).toEqual([
      ...all.flatMap(({ authorization, code: token }) => [
        { token, authorization },
        undefined,
        { token, authorization },
      ]),
      ...hostile.map(() => undefined),
    ]);
  });

  test.each(hostile)('a hash that is not there is not found: %j', async (text) => {
    expect(await find(text)).toBeUndefined();
    expect(await stores().tokens.exchange({ hash: text, at: now, by: 'request' }, [])).toBe(false);
    expect(await stores().tokens.add(text, [])).toBe(false);
    await stores().tokens.revokeToken(text, now);
    await stores().tokens.revokeAuthorization(text, 'test', now);
    expect(await factsAbout(text)).toEqual([]);
  });

  test.each([...hostile, '\ud800 alone'])(
    'OpenID Connect Core §3.1.2.1: a nonce comes back as it was: %j',
    async (nonce) => {
      const authorization = anAuthorization();
      const code = aCode(authorization, { nonce, redirectUri: 'https://client.example/ü?a=%00' });
      await stores().tokens.begin(authorization, [code]);
      expect((await find(code.hash))?.token).toEqual(code);
    },
  );

  test('an id or a hash that is taken saves nothing', async () => {
    const { authorization, code } = await begun();
    const sameId = aCode(authorization);
    await expect(stores().tokens.begin(authorization, [sameId])).rejects.toThrow();
    expect(await find(sameId.hash)).toBeUndefined();
    const other = anAuthorization();
    const fresh = aRefreshToken(other);
    const sameHash = aCode(other, { hash: code.hash });
    await expect(stores().tokens.begin(other, [fresh, sameHash])).rejects.toThrow();
    expect(await find(fresh.hash)).toBeUndefined();
    expect((await find(code.hash))?.authorization).toEqual(authorization);
  });

  test('exchange consumes the code and saves its successors, once', async () => {
    const { authorization, code } = await begun();
    const [access, refresh, second] = [
      anAccessToken(authorization),
      aRefreshToken(authorization),
      aRefreshToken(authorization),
    ];
    expect(await stores().tokens.exchange({ hash: code.hash, at: now + 1, by: 'one' }, [access, refresh])).toBe(true);
    expect(await find(code.hash)).toEqual({
      token: { ...code, consumedAt: now + 1, consumedBy: 'one' },
      authorization,
    });
    expect(await find(access.hash)).toEqual({ token: access, authorization });
    expect(await find(refresh.hash)).toEqual({ token: refresh, authorization });
    expect(await stores().tokens.exchange({ hash: code.hash, at: now + 2, by: 'another' }, [second])).toBe(false);
    expect(await find(second.hash)).toBeUndefined();
    expect((await find(code.hash))?.token).toMatchObject({ consumedAt: now + 1, consumedBy: 'one' });
  });

  test('an access token is not exchanged', async () => {
    const authorization = anAuthorization();
    const access = anAccessToken(authorization);
    await stores().tokens.begin(authorization, [access]);
    expect(await stores().tokens.exchange({ hash: access.hash, at: now, by: 'request' }, [])).toBe(false);
    expect((await find(access.hash))?.token).toEqual(access);
  });

  test('an exchange that cannot save its successors does not consume', async () => {
    const { authorization, code } = await begun();
    const taken = aRefreshToken(authorization, { hash: code.hash });
    await expect(stores().tokens.exchange({ hash: code.hash, at: now, by: 'request' }, [taken])).rejects.toThrow();
    expect((await find(code.hash))?.token).toEqual(code);
  });

  test('RFC 6749 §4.1.2: of 50 redemptions of one code at once exactly one succeeds', async () => {
    const { authorization, code } = await begun();
    const successors = Array.from({ length: 50 }, () => anAccessToken(authorization));
    const won = await atOnce(50, (index) =>
      stores().tokens.exchange({ hash: code.hash, at: now, by: 'request' }, [successors[index]!]),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    const saved = await Promise.all(successors.map(async ({ hash }) => (await find(hash)) !== undefined));
    expect(saved).toEqual(won);
  });

  test('a revoked token, or one of a revoked authorization, is not exchanged', async () => {
    const one = await begun();
    await stores().tokens.revokeToken(one.code.hash, now);
    expect(await stores().tokens.exchange({ hash: one.code.hash, at: now, by: 'request' }, [])).toBe(false);
    const other = await begun();
    await stores().tokens.revokeAuthorization(other.authorization.id, 'test', now);
    const late = anAccessToken(other.authorization);
    expect(await stores().tokens.exchange({ hash: other.code.hash, at: now, by: 'request' }, [late])).toBe(false);
    expect(await find(late.hash)).toBeUndefined();
  });

  test('add saves under an authorization that holds, and nothing under another', async () => {
    const { authorization } = await begun();
    const access = anAccessToken(authorization);
    expect(await stores().tokens.add(authorization.id, [access])).toBe(true);
    expect(await find(access.hash)).toEqual({ token: access, authorization });
    await stores().tokens.revokeAuthorization(authorization.id, 'test', now);
    const late = anAccessToken(authorization);
    expect(await stores().tokens.add(authorization.id, [late])).toBe(false);
    expect(await find(late.hash)).toBeUndefined();
  });

  test('RFC 7009 §2.1: revoking a token revokes that one, and is told once', async () => {
    const authorization = anAuthorization();
    const [access, other] = [anAccessToken(authorization), anAccessToken(authorization)];
    await stores().tokens.begin(authorization, [access, other]);
    const told = await atOnce(20, () => stores().tokens.revokeToken(access.hash, now + 7));
    await stores().tokens.revokeToken(access.hash, now + 9);
    expect((await find(access.hash))?.token).toEqual({ ...access, revokedAt: now + 7 });
    expect(await isLive(other)).toBe(true);
    const { id: authorizationId, clientId } = authorization;
    const fact = { event: 'tokenRevoked', data: { tokenId: access.id, authorizationId, clientId, at: now + 7 } };
    expect(await factsAbout(authorizationId)).toEqual([fact]);
    expect(told.filter(Boolean)).toEqual([fact]);
  });

  test('revoking an authorization revokes everything issued from it, and is told once', async () => {
    const { authorization, code } = await begun();
    const access = anAccessToken(authorization);
    await stores().tokens.exchange({ hash: code.hash, at: now, by: 'request' }, [access]);
    const told = await atOnce(20, () => stores().tokens.revokeAuthorization(authorization.id, 'code_replay', now + 7));
    await stores().tokens.revokeAuthorization(authorization.id, 'again', now + 9);
    await stores().tokens.revokeToken(access.hash, now + 9);
    expect(await find(access.hash)).toEqual({
      token: { ...access, revokedAt: now + 7 },
      authorization: { ...authorization, revokedAt: now + 7 },
    });
    const { id: authorizationId, clientId } = authorization;
    const reason = 'code_replay';
    const fact = { event: 'authorizationRevoked', data: { authorizationId, clientId, reason, at: now + 7 } };
    expect(await factsAbout(authorizationId)).toEqual([fact]);
    expect(told.filter(Boolean)).toEqual([fact]);
  });

  test('an exchange beside a revocation leaves no live token, whichever comes first', async () => {
    const race = async () => {
      const { authorization, code } = await begun();
      const successors = Array.from({ length: 4 }, () => aRefreshToken(authorization));
      await Promise.all([
        ...successors
          .slice(0, 2)
          .map((token) => stores().tokens.exchange({ hash: code.hash, at: now, by: 'request' }, [token])),
        stores().tokens.revokeAuthorization(authorization.id, 'test', now),
        ...successors.slice(2).map((token) => stores().tokens.add(authorization.id, [token])),
      ]);
      return Promise.all([code, ...successors].map(isLive));
    };
    const live = await atOnce(25, race);
    expect(live.flat()).not.toContain(true);
  });
};
