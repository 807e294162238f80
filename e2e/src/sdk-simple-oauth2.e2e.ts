import { beforeAll, describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { issuer, origin } from './provider.js';
import { arrive } from './sdk-arrival.js';
import { password, secret } from './setup/declaration.js';

// Unmodified, from npm, and CommonJS.
const require = createRequire(import.meta.url);

interface SimpleToken {
  readonly token: Record<string, unknown>;
  refresh(): Promise<SimpleToken>;
  revoke(kind: 'access_token' | 'refresh_token'): Promise<void>;
  revokeAll(): Promise<void>;
}
interface SimpleFlow {
  authorizeURL(params: object): string;
  getToken(params: object): Promise<SimpleToken>;
}
type Tokens = Pick<SimpleFlow, 'getToken'>;
interface SimpleOauth2 {
  readonly AuthorizationCode: new (options: object) => SimpleFlow;
  readonly ClientCredentials: new (options: object) => Tokens;
  readonly ResourceOwnerPassword: new (options: object) => Tokens;
}
const { AuthorizationCode, ClientCredentials, ResourceOwnerPassword } = require('simple-oauth2') as SimpleOauth2;

const token = { tokenHost: origin, tokenPath: '/oidc/token', revokePath: '/oidc/token/revocation' };
const auth = { ...token, authorizePath: '/oidc/auth' };
const offline = { scope: 'openid offline_access', state: 'x', prompt: 'consent' };
const refusal = (status: number, error: string) => ({
  output: { statusCode: status },
  data: { payload: expect.objectContaining({ error }) },
});
const userinfo = (path: string, bearer: unknown) =>
  fetch(path, { headers: { authorization: `Bearer ${String(bearer)}` }, signal: AbortSignal.timeout(15_000) });

describe.each([
  ['basic', 'header', 'body'],
  ['post', 'body', 'header'],
])('simple-oauth2: %s, with its secret in the %s', (id, authorizationMethod, other) => {
  const client = { id, secret };
  const redirect_uri = `https://${id}.example.test/cb`;

  it('RFC 6749 §4.1, §6, RFC 7009 §2.1: authorization code, refresh and revocation', async () => {
    const flow = new AuthorizationCode({ client, auth, options: { authorizationMethod } });
    const code = (await arrive(flow.authorizeURL({ redirect_uri, ...offline }))).searchParams.get('code')!;
    const first = await flow.getToken({ code, redirect_uri });
    const fresh = await first.refresh();
    expect(fresh.token.access_token).not.toBe(first.token.access_token);
    await fresh.revoke('refresh_token');
    await expect(fresh.refresh()).rejects.toMatchObject(refusal(400, 'invalid_grant'));
  });

  it('RFC 6749 §4.4: client credentials', async () => {
    const flow = new ClientCredentials({ client, auth: token, options: { authorizationMethod } });
    expect((await flow.getToken({ scope: 'orders:read' })).token).toMatchObject({ scope: 'orders:read' });
  });

  it('RFC 6749 §2.3: where it is not registered to send its secret, it is refused', async () => {
    const flow = new ClientCredentials({ client, auth: token, options: { authorizationMethod: other } });
    await expect(flow.getToken({})).rejects.toMatchObject(refusal(401, 'invalid_client'));
  });
});

describe('simple-oauth2: ResourceOwnerPassword', () => {
  const flow = new ResourceOwnerPassword({ client: { id: 'password', secret }, auth: token });
  const anna = { username: 'anna', password, scope: 'openid profile offline_access' };

  it('RFC 6749 §4.3: tokens, a refresh, and an end to all of them', async () => {
    const first = await flow.getToken(anna);
    const fresh = await first.refresh();
    expect((await userinfo(`${issuer}/me`, fresh.token.access_token)).status).toBe(200);
    await fresh.revokeAll();
    expect((await userinfo(`${issuer}/me`, fresh.token.access_token)).status).toBe(401);
    await expect(fresh.refresh()).rejects.toMatchObject(refusal(400, 'invalid_grant'));
  });

  it('RFC 6749 §5.2: a wrong password is invalid_grant', async () => {
    const wrong = flow.getToken({ ...anna, username: 'nobody-of-simple-oauth2', password: 'wrong' });
    await expect(wrong).rejects.toMatchObject(refusal(400, 'invalid_grant'));
  });
});

describe('simple-oauth2: plain OAuth 2.0 at /oauth', () => {
  const id = '5c9b079883e333d55a101084';
  const redirect_uri = `https://${id}.example.test/cb`;
  const flow = new AuthorizationCode({
    client: { id, secret },
    auth: {
      tokenHost: origin,
      tokenPath: '/oauth/token',
      revokePath: '/oauth/token/revocation',
      authorizePath: '/oauth/auth',
    },
    options: { authorizationMethod: 'body' },
  });
  let tokens: SimpleToken;
  beforeAll(async () => {
    const callback = await arrive(flow.authorizeURL({ redirect_uri, scope: 'user', state: 'plain' }));
    expect(callback.searchParams.get('state')).toBe('plain');
    tokens = await flow.getToken({ code: callback.searchParams.get('code')!, redirect_uri });
  });

  it('RFC 6749 §4.1.4: tokens of that face, and who it is', async () => {
    expect(tokens.token).toMatchObject({ token_type: 'Bearer', scope: 'user' });
    expect(tokens.token).not.toHaveProperty('id_token');
    const person = await userinfo(`${origin}/oauth/me`, tokens.token.access_token);
    expect(await person.json()).toMatchObject({ username: 'anna' });
  });

  it('RFC 6749 §6, RFC 7009 §2.1: they are refreshed and revoked there', async () => {
    const fresh = await tokens.refresh();
    await fresh.revokeAll();
    expect((await userinfo(`${origin}/oauth/me`, fresh.token.access_token)).status).toBe(401);
    await expect(fresh.refresh()).rejects.toMatchObject(refusal(400, 'invalid_grant'));
  });
});
