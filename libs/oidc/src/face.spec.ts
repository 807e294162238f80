import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  basic,
  bodyOf,
  get,
  issuer,
  paramsOf,
  post,
  ruleBrowser,
  rules,
  secret,
  type GivenParams,
  type Rules,
} from '@portico/testing';

const oauthIssuer = 'https://id.example.test/oauth';
const scope = 'openid profile email phone offline_access user orders:read';
const hex40 = /^[0-9a-f]{40}$/;
const redirectUri = (id: string) => `https://${id}.example.test/cb`;
const isPublic = { token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'], scope };

let all: Rules;
beforeEach(async () => {
  all = await rules({
    web: { scope },
    once: { scope, grant_types: ['authorization_code'] },
    bound: { scope, require_pkce: true },
    eased: { scope, require_pkce: true, allow_oauth_without_pkce: true },
    spa: isPublic,
    old: { ...isPublic, allow_oauth_without_pkce: true },
    narrow: { scope: 'openid profile' },
  });
});

const authorize = async (
  id: string,
  more: GivenParams = {},
  name: 'authorize' | 'oauthAuthorize' = 'oauthAuthorize',
) => {
  const browser = ruleBrowser(all);
  const request = {
    client_id: id,
    redirect_uri: redirectUri(id),
    response_type: 'code',
    scope: 'user',
    state: '42',
    ...more,
  };
  return paramsOf(await browser.answer(await browser.get(name, request)));
};
const codeForm = (id: string, code: string | undefined) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: redirectUri(id),
});
const web = { headers: basic('web', secret) };
const tokensOf = async (more: GivenParams = {}) => {
  const { code } = await authorize('web', more);
  return bodyOf(await all.endpoints.oauthToken(post(codeForm('web', code), web)));
};
const oidcTokens = async () => {
  const { code } = await authorize('web', { scope: 'openid profile offline_access', prompt: 'consent' }, 'authorize');
  return bodyOf(await all.endpoints.token(post(codeForm('web', code), web)));
};
const bearer = (token: unknown) => get({}, { headers: { authorization: `Bearer ${String(token)}` } });
const introspected = async (name: 'introspection' | 'oauthIntrospection', token: unknown) =>
  bodyOf(await all.endpoints[name](post({ token: String(token) }, web)));

describe('plain OAuth 2.0', () => {
  it('RFC 6749 §4.1: opaque tokens of 40 hex digits, a refresh token without offline_access, no ID Token', async () => {
    expect(await tokensOf()).toEqual({
      access_token: expect.stringMatching(hex40),
      refresh_token: expect.stringMatching(hex40),
      expires_in: 1_209_599,
      scope: 'user',
      token_type: 'Bearer',
    });
  });

  it('RFC 9207 §2: the response names the issuer that was asked, also after the person was', async () => {
    expect(await authorize('web')).toMatchObject({ iss: oauthIssuer, state: '42' });
    expect(await authorize('web', { scope: 'openid' }, 'authorize')).toMatchObject({ iss: issuer });
  });

  it('scopes of OpenID Connect mean nothing here, nor user there', async () => {
    expect((await tokensOf({ scope: 'openid profile user orders:read unheard-of' })).scope).toBe('user orders:read');
    const { code } = await authorize('web', { scope: 'openid user' }, 'authorize');
    expect(bodyOf(await all.endpoints.token(post(codeForm('web', code), web))).scope).toBe('openid');
  });

  it.each(['', 'openid profile', 'unheard-of'])(
    'RFC 6749 §3.3: a scope that comes to none is refused: %j',
    async (asked) => {
      expect(await authorize('web', { scope: asked })).toMatchObject({
        error: 'invalid_scope',
        iss: oauthIssuer,
        state: '42',
      });
    },
  );

  it('RFC 6749 §3.3: user only for a client that is registered for it', async () => {
    expect(await authorize('narrow')).toMatchObject({ error: 'invalid_scope' });
  });

  it('RFC 6749 §3.1.1: code, and nothing with an ID Token', async () => {
    expect(await authorize('web', { response_type: 'code id_token', nonce: 'n' })).toMatchObject({
      error: 'unsupported_response_type',
    });
  });

  it('OpenID Connect Core §5.5: the claims parameter is no way around the scopes', async () => {
    const claims = JSON.stringify({ userinfo: { email: { essential: true } } });
    const { access_token: token } = await tokensOf({ scope: 'openid email orders:read', claims });
    expect(await all.endpoints.oauthUserinfo(bearer(token))).toMatchObject({
      status: 403,
      body: { error: 'insufficient_scope' },
    });
  });

  it('no refresh token for a client that cannot use one', async () => {
    const { code } = await authorize('once');
    const form = post(codeForm('once', code), { headers: basic('once', secret) });
    expect(bodyOf(await all.endpoints.oauthToken(form))).not.toHaveProperty('refresh_token');
  });

  it('RFC 6749 §6: refreshed in the same form, twice with the same successor', async () => {
    const { refresh_token: first } = await tokensOf();
    const form = post({ grant_type: 'refresh_token', refresh_token: String(first) }, web);
    const [one, again] = [bodyOf(await all.endpoints.oauthToken(form)), bodyOf(await all.endpoints.oauthToken(form))];
    expect(one).toMatchObject({
      access_token: expect.stringMatching(hex40),
      refresh_token: expect.stringMatching(hex40),
    });
    expect(one.refresh_token).not.toBe(first);
    expect(again.refresh_token).toBe(one.refresh_token);
  });

  it('RFC 6749 §4.4: client credentials, opaque too and without user', async () => {
    const reply = await all.endpoints.oauthToken(
      post({ grant_type: 'client_credentials', scope: 'user orders:read' }, web),
    );
    expect(bodyOf(reply)).toMatchObject({ access_token: expect.stringMatching(hex40), scope: 'orders:read' });
  });

  it('RFC 6749 §5.2: other grants are not offered here', async () => {
    const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x' };
    expect(bodyOf(await all.endpoints.oauthToken(post(grant, web))).error).toBe('unsupported_grant_type');
  });

  it('user info: everything about the person, in the query as in the header', async () => {
    const { access_token: token } = await tokensOf();
    const inQuery = get({}, { url: `/oauth/me?access_token=${String(token)}` });
    for (const request of [bearer(token), inQuery, post({ access_token: String(token) })])
      expect(bodyOf(await all.endpoints.oauthUserinfo(request))).toMatchObject({
        sub: 'sub-alice',
        name: 'Alice Example',
        email: 'alice@example.test',
        username: 'alice',
      });
  });

  it('RFC 7662 §2.2: introspection names the issuer', async () => {
    const { access_token: token, refresh_token: refresh } = await tokensOf();
    expect(await introspected('oauthIntrospection', token)).toMatchObject({
      active: true,
      iss: oauthIssuer,
      client_id: 'web',
      scope: 'user',
      sub: 'sub-alice',
      token_type: 'Bearer',
    });
    expect(await introspected('oauthIntrospection', refresh)).toMatchObject({ active: true, scope: 'user' });
  });

  it('Back-Channel Logout §2.7: signing out ends its tokens, for nothing offline was granted', async () => {
    const browser = ruleBrowser(all);
    const request = { client_id: 'web', redirect_uri: redirectUri('web'), response_type: 'code', scope: 'user' };
    const { code } = paramsOf(await browser.answer(await browser.get('oauthAuthorize', request)));
    const { access_token: token } = bodyOf(await all.endpoints.oauthToken(post(codeForm('web', code), web)));
    await browser.get('easyLogout', {});
    expect(await introspected('oauthIntrospection', token)).toEqual({ active: false });
  });
});

describe('the two issuers', () => {
  it('a code of one is unknown to the other, and stays good where it came from', async () => {
    const { code } = await authorize('web');
    const form = post(codeForm('web', code), web);
    expect(bodyOf(await all.endpoints.token(form)).error).toBe('invalid_grant');
    expect(bodyOf(await all.endpoints.oauthToken(form))).toHaveProperty('access_token');
    const { code: other } = await authorize('web', { scope: 'openid' }, 'authorize');
    expect(bodyOf(await all.endpoints.oauthToken(post(codeForm('web', other), web))).error).toBe('invalid_grant');
  });

  it('a refresh token of one is unknown to the other', async () => {
    const [plain, oidc] = [await tokensOf(), await oidcTokens()];
    const refresh = (token: unknown) => post({ grant_type: 'refresh_token', refresh_token: String(token) }, web);
    expect(bodyOf(await all.endpoints.token(refresh(plain.refresh_token))).error).toBe('invalid_grant');
    expect(bodyOf(await all.endpoints.oauthToken(refresh(oidc.refresh_token))).error).toBe('invalid_grant');
    expect(bodyOf(await all.endpoints.oauthToken(refresh(plain.refresh_token)))).toHaveProperty('access_token');
  });

  it('an access token of one opens nothing at the other', async () => {
    const [plain, oidc] = [await tokensOf(), await oidcTokens()];
    expect((await all.endpoints.userinfo(bearer(plain.access_token))).status).toBe(401);
    expect((await all.endpoints.oauthUserinfo(bearer(oidc.access_token))).status).toBe(401);
    expect(await introspected('introspection', plain.access_token)).toEqual({ active: false });
    expect(await introspected('oauthIntrospection', oidc.access_token)).toEqual({ active: false });
  });

  it('RFC 7009 §2: revoked at either', async () => {
    const [plain, oidc] = [await tokensOf(), await oidcTokens()];
    expect((await all.endpoints.revocation(post({ token: String(plain.access_token) }, web))).status).toBe(200);
    expect((await all.endpoints.oauthRevocation(post({ token: String(oidc.refresh_token) }, web))).status).toBe(200);
    expect(await introspected('oauthIntrospection', plain.access_token)).toEqual({ active: false });
    expect(await introspected('introspection', oidc.access_token)).toEqual({ active: false });
  });

  it('RFC 8414 §3.3: each tells of itself', async () => {
    const metadata = bodyOf(await all.endpoints.oauthDiscovery(get()));
    expect(metadata).toMatchObject({
      issuer: oauthIssuer,
      authorization_endpoint: `${oauthIssuer}/auth`,
      token_endpoint: `${oauthIssuer}/token`,
      userinfo_endpoint: `${oauthIssuer}/me`,
      introspection_endpoint: `${oauthIssuer}/token/introspection`,
      revocation_endpoint: `${oauthIssuer}/token/revocation`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      scopes_supported: ['user'],
      claims_supported: expect.arrayContaining(['sub', 'email', 'username']),
      request_uri_parameter_supported: false,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    });
    expect(metadata).not.toHaveProperty('id_token_signing_alg_values_supported');
    expect(metadata).not.toHaveProperty('claims_parameter_supported');
    expect(bodyOf(await all.endpoints.discovery(get())).scopes_supported).not.toContain('user');
  });
});

describe('RFC 9700 §2.1.1: a code without a proof key at plain OAuth 2.0', () => {
  it.each([
    ['web', 'a confidential client', true],
    ['bound', 'a confidential client that is set to need one', false],
    ['eased', 'the same, set to go without here', true],
    ['spa', 'a public client', false],
    ['old', 'a public client that is set to go without here', true],
  ])('%s: %s: %j', async (id, _what, isLetIn) => {
    expect(await authorize(id)).toHaveProperty(isLetIn ? 'code' : 'error');
  });

  it('at OpenID Connect the setting changes nothing', async () => {
    expect(await authorize('old', { scope: 'openid' }, 'authorize')).toMatchObject({ error: 'invalid_request' });
  });

  it('a proof key that was sent counts here too', async () => {
    const challenge = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
    const { code } = await authorize('web', challenge);
    expect(bodyOf(await all.endpoints.oauthToken(post(codeForm('web', code), web))).error).toBe('invalid_grant');
  });
});
