import { describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { httpBrowser } from './http-browser.js';
import { issuer } from './provider.js';
import { configuration, signIn, toCallback } from './relying-party.js';

const silent = { prompt: 'none', scope: 'openid profile' };

describe.each(['basic', 'post', 'spa', 'es256', 'opaque'])('openid-client as the client %s', (id) => {
  it('discovery → sign-in → consent → code → tokens → user info → refresh → introspect → revoke → logout', async () => {
    const { config, browser, tokens } = await signIn(id);
    const claims = tokens.claims()!;
    expect(claims).toMatchObject({ iss: issuer, aud: id });

    const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    expect(userinfo).toMatchObject({
      sub: claims.sub,
      name: 'Anna Example',
      email: 'anna@example.test',
      email_verified: true,
    });

    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!);
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
    expect(refreshed.claims()).toMatchObject({ sub: claims.sub, auth_time: claims.auth_time });

    expect(await client.tokenIntrospection(config, refreshed.access_token)).toMatchObject({
      active: true,
      sub: claims.sub,
      client_id: id,
      iss: issuer,
    });
    await client.tokenRevocation(config, refreshed.refresh_token!);
    expect(await client.tokenIntrospection(config, refreshed.access_token)).toEqual({ active: false });
    await expect(client.refreshTokenGrant(config, refreshed.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(client.fetchUserInfo(config, refreshed.access_token, claims.sub)).rejects.toMatchObject({
      status: 401,
    });

    const bye = `https://${id}.example.test/bye`;
    const logout = client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token!,
      post_logout_redirect_uri: bye,
      state: 'x.1',
    });
    expect(await browser.open(logout.href)).toMatchObject({ url: `${bye}?state=x.1` });
    const { callback } = await toCallback(id, silent, browser);
    expect(callback.searchParams.get('error')).toBe('login_required');
  });
});

describe('tokens', () => {
  it.each([
    ['basic', 'RS256'],
    ['es256', 'ES256'],
  ])('RFC 9068 §4: a resource server verifies the access token of %s offline, %s', async (id, alg) => {
    const { config, tokens } = await signIn(id);
    const jwks = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri!));
    const { payload } = await jwtVerify(tokens.access_token, jwks, {
      issuer,
      audience: id,
      typ: 'at+jwt',
      algorithms: [alg],
    });
    expect(payload).toMatchObject({ client_id: id, scope: 'openid profile email offline_access' });
  });

  it('client_credentials', async () => {
    const config = await configuration('basic');
    const tokens = await client.clientCredentialsGrant(config, { scope: 'orders:read' });
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'orders:read', expires_in: 3600 });
    expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: true, sub: 'basic' });
  });
});

describe('single sign-on', () => {
  it('a second application needs no second sign-in', async () => {
    const browser = httpBrowser();
    const first = await signIn('basic', {}, browser);
    const config = await configuration('second');
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: 'https://second.example.test/cb',
      scope: 'openid',
    });
    const landing = await browser.open(url.href);
    expect(['consent', undefined]).toContain(landing.page);
    const tokens = await client.authorizationCodeGrant(config, new URL((await browser.through(landing)).url));
    expect(tokens.claims()).toMatchObject({ sub: first.tokens.claims()!.sub, sid: first.tokens.claims()!.sid });
  });

  it('prompt=none works once consent is remembered, by form_post and by fragment too', async () => {
    const browser = httpBrowser();
    await signIn('basic', {}, browser);
    const { callback } = await toCallback('basic', silent, browser);
    expect(callback.searchParams.get('code')).toMatch(/^[\w-]{48}$/);
    const fragment = await toCallback('basic', { ...silent, response_mode: 'fragment' }, browser);
    expect(fragment.callback.hash).toMatch(/code=[\w-]{48}/);
  });
});

describe('at once', () => {
  it('RFC 6749 §4.1.2: of 50 redemptions of one code exactly one succeeds, and its tokens die with the replay', async () => {
    const { config, callback, checks } = await toCallback('basic');
    const redeem = () =>
      client.authorizationCodeGrant(config, callback, checks).catch((error: unknown) => error as Error);
    const results = await Promise.all(Array.from({ length: 50 }, redeem));
    const won = results.filter((result) => !(result instanceof Error));
    expect(won).toHaveLength(1);
    expect(
      results.filter((result) => result instanceof Error && 'error' in result && result.error !== 'invalid_grant'),
    ).toEqual([]);
    const [tokens] = won as client.TokenEndpointResponse[];
    expect(await client.tokenIntrospection(config, tokens!.access_token)).toEqual({ active: false });
  });

  it('20 refreshes of one token: one successor, everyone gets it, and it works', async () => {
    const { config, tokens } = await signIn('basic');
    const refreshed = await Promise.all(
      Array.from({ length: 20 }, () => client.refreshTokenGrant(config, tokens.refresh_token!)),
    );
    expect(new Set(refreshed.map(({ refresh_token }) => refresh_token)).size).toBe(1);
    const again = await client.refreshTokenGrant(config, refreshed[0]!.refresh_token!);
    expect(again.refresh_token).not.toBe(refreshed[0]!.refresh_token);
    const states = await Promise.all(
      refreshed.map(({ access_token }) => client.tokenIntrospection(config, access_token)),
    );
    expect(states.map(({ active }) => active)).not.toContain(false);
  });
});
