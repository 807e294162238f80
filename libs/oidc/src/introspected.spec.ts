import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  basic,
  bodyOf,
  get,
  issuer,
  post,
  rules,
  secret,
  signedIn,
  tokenClient,
  tokenClients,
  type Rules,
} from '@portico/testing';
import { decodeJwt } from 'jose';
import { mintAccessToken } from './access-token.js';
import type { Policy } from './policy.js';
import { tokenNameOf } from './self-contained.js';
import { tokenKey } from './token-key.js';

let all: Rules;
beforeEach(async () => {
  all = await rules({
    ...tokenClients,
    pairwise: { subject_type: 'pairwise' },
    api: {},
    bare: { scope: 'openid' },
    'lone-api': { introspection_endpoint_auth_method: 'none' },
  });
});
const client = tokenClient(() => all);
/** The answer of memory: any question to the token store fails the test. */
const byHeart = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
  const { tokens } = all.stores;
  const find = tokens.find.bind(tokens);
  all.recalled.isCurrent = true;
  tokens.find = () => Promise.reject(new Error('the store was asked'));
  try {
    return await ask();
  } finally {
    all.recalled.isCurrent = false;
    tokens.find = find;
  }
};
const introspect = async (token: unknown, as = 'api') =>
  bodyOf(await all.endpoints.introspection(post({ token: String(token) }, { headers: basic(as, secret) })));
const bothWays = async (token: unknown, as?: string) => {
  const stored = await introspect(token, as);
  expect(await byHeart(() => introspect(token, as))).toEqual(stored);
  return stored;
};

describe('RFC 7662 §2.2: from the token itself, as from the store', () => {
  it.each(['web', 'profile', 'short', 'rs256', 'ps256', 'es256', 'eddsa', 'pairwise'])(
    'a person’s token of client %s',
    async (id) => {
      const { access_token } = await signedIn(all, id);
      expect(await bothWays(access_token)).toMatchObject({ active: true, client_id: id, token_type: 'Bearer' });
      expect(await bothWays(access_token, id)).toMatchObject({ active: true });
    },
  );

  it.each(['openid', 'openid profile email', 'openid orders:read'])('with the scope %s', async (scope) => {
    const { access_token } = await signedIn(all, 'web', { scope });
    expect(await bothWays(access_token)).toMatchObject({ active: true, scope });
  });

  it.each(['web', 'bare'])('RFC 6749 §4.4: of a client that acts for itself, %s', async (id) => {
    const { access_token } = bodyOf(await client.as(id, { grant_type: 'client_credentials' }));
    expect(await bothWays(access_token)).toMatchObject({
      active: true,
      sub: id,
      scope: id === 'web' ? 'orders:read' : '',
    });
  });

  it.each([[['https://api.example']], [['https://api.example', 'https://b.example']]])(
    'RFC 9068 §3: with the resources %j as its audience',
    async (resources) => {
      const at = all.clock();
      const authorization = {
        id: `r-${resources.length}`,
        clientId: 'web',
        scope: ['a'],
        resources,
        grantedAt: at,
        expiresAt: at + 86_400,
      };
      const order = { client: (await all.stores.clients.find('web'))!, authorization, scope: ['a'], at };
      const policy = { issuer } as Policy;
      const { text, stored } = await mintAccessToken(order, {
        keys: () => all.keys,
        policy,
        subjectFor: (_, sub) => sub,
      });
      await all.stores.tokens.begin(authorization, [stored]);
      expect(await bothWays(text)).toMatchObject({
        active: true,
        aud: resources.length === 1 ? resources[0] : resources,
      });
    },
  );

  it('for whoever holds the token, too (validate_token)', async () => {
    const { access_token } = await signedIn(all, 'web');
    const ask = async () => bodyOf(await all.endpoints.validateToken(get({ access_token })));
    const stored = await ask();
    expect(stored).toMatchObject({ client_id: 'web' });
    expect(await byHeart(ask)).toEqual(stored);
  });

  it('after a refresh', async () => {
    const { refresh_token } = await signedIn(all, 'web');
    const { access_token } = bodyOf(await client.refresh('web', refresh_token));
    expect(await bothWays(access_token)).toMatchObject({ active: true });
  });

  it('§4: one that has expired, or was changed, is not active', async () => {
    const { access_token } = await signedIn(all, 'web');
    const [header = '', claims = '', signature = ''] = access_token.split('.');
    const changed = Buffer.from(JSON.stringify({ ...decodeJwt(access_token), scope: 'all' })).toString('base64url');
    const last = signature.slice(0, -1) + String.fromCharCode(signature.charCodeAt(signature.length - 1) + 1);
    all.recalled.isCurrent = true;
    for (const text of [
      `${header}.${changed}.${signature}`,
      `${header}.${claims}.`,
      `${header}.${claims}.${last}`,
      `${access_token}=`,
    ])
      expect(await introspect(text)).toEqual({ active: false });
    expect(await introspect(access_token)).toMatchObject({ active: true });
    all.clock.pass(3600);
    expect(await introspect(access_token)).toEqual({ active: false });
  });

  it('an opaque token, a refresh token and what is no token are asked for in the store', async () => {
    const { access_token, refresh_token } = await signedIn(all, 'opaque');
    all.recalled.isCurrent = true;
    expect(await introspect(access_token)).toMatchObject({ active: true, client_id: 'opaque' });
    expect(await introspect(refresh_token)).toMatchObject({ active: true });
    expect(await introspect('rubbish')).toEqual({ active: false });
  });

  it('§4: a client that need not prove who it is learns of its own tokens alone, and plain OAuth of none of these', async () => {
    const { access_token } = await signedIn(all, 'web');
    const ask = async () =>
      bodyOf(await all.endpoints.introspection(post({ client_id: 'lone-api', token: access_token })));
    expect(await byHeart(ask)).toEqual({ active: false });
    const oauth = async () =>
      bodyOf(await all.endpoints.oauthIntrospection(post({ token: access_token }, { headers: basic('api', secret) })));
    expect(await byHeart(oauth)).toEqual({ active: false });
  });
});

describe('RFC 7009 §2: what is revoked is known by heart', () => {
  const ends: Record<string, (tokens: { access_token: string; refresh_token: string }) => Promise<unknown>> = {
    'the token': ({ access_token }) => revoke(access_token),
    'its authorization': ({ refresh_token }) => revoke(refresh_token),
    'its session': async ({ access_token }) => {
      const held = await all.stores.tokens.find(tokenKey(access_token, all.clock()));
      return all.stores.sessions.end(held?.authorization.sid ?? '', 'test', all.clock());
    },
    'the person': () => all.stores.registrations.signOut('alice', all.clock() + 61),
    'the client': () => all.stores.registrations.revokeClient('web', all.clock() + 61),
  };
  const revoke = (token: string) => all.endpoints.revocation(post({ token }, { headers: basic('web', secret) }));
  const userinfo = (token: string) =>
    all.endpoints.userinfo(get({}, { headers: { authorization: `Bearer ${token}` } }));

  it.each(Object.entries(ends))(
    '%s: introspection and user info refuse without asking the store',
    async (what, end) => {
      const tokens = await signedIn(all, 'web', { scope: 'openid profile', prompt: 'login' });
      const refreshable = await signedIn(all, 'web');
      const mine = { access_token: tokens.access_token, refresh_token: refreshable.refresh_token };
      const dead = what === 'its authorization' ? refreshable : tokens;
      expect(await byHeart(() => introspect(dead.access_token))).toMatchObject({ active: true });
      await end(mine);
      expect(await byHeart(() => introspect(dead.access_token))).not.toMatchObject({ active: true });
      expect(await byHeart(() => userinfo(dead.access_token))).toMatchObject({ status: 401 });
      expect(await introspect(dead.access_token)).toEqual({ active: false });
      expect(await userinfo(dead.access_token)).toMatchObject({ status: 401 });
    },
  );

  it('OpenID Connect Core 1.0 §8.1: of a pairwise subject the store is asked once a person was signed out', async () => {
    const [alice, bob] = [await signedIn(all, 'pairwise'), await signedIn(all, 'pairwise', { username: 'bob' })];
    await all.stores.registrations.signOut('alice', all.clock() + 61);
    all.recalled.isCurrent = true;
    expect(await introspect(alice.access_token)).toEqual({ active: false });
    expect(await introspect(bob.access_token)).toMatchObject({ active: true });
    await expect(byHeart(() => introspect(alice.access_token))).resolves.toMatchObject({ error: 'server_error' });
  });

  it('a person whom nobody signed out is not in question', async () => {
    const bob = await signedIn(all, 'web', { username: 'bob' });
    await all.stores.registrations.signOut('alice', all.clock() + 61);
    expect(await byHeart(() => introspect(bob.access_token))).toMatchObject({ active: true });
  });

  it('RFC 9068 §2.2: the id of an access token names its authorization', async () => {
    const { access_token } = await signedIn(all, 'web');
    const { jti } = decodeJwt(access_token);
    const name = tokenNameOf(access_token);
    expect(name).toMatchObject({ tokenId: jti, clientId: 'web', subject: 'sub-alice' });
    expect(jti).toBe(`${String(name?.authorizationId)}.${jti?.split('.').at(-1)}`);
    expect(tokenNameOf('rubbish')).toBeUndefined();
  });
});
