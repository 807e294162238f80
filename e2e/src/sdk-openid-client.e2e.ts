import { describe, expect, it } from '@jest/globals';
import * as client from 'openid-client';
import { configuration } from './relying-party.js';
import { arrive } from './sdk-arrival.js';

const redirect_uri = 'https://suite.example.test/cb';
const request = (more: Record<string, string>) => ({ redirect_uri, scope: 'openid profile', ...more });
const inFragment = (callback: URL) => new URLSearchParams(callback.hash.slice(1));

describe('openid-client: what comes from the authorization endpoint', () => {
  it('OpenID Connect Core 1.0 §3.3.2.5, §3.3.3.3: hybrid, c_hash, s_hash and both ID Tokens checked', async () => {
    const config = await configuration('suite');
    client.useCodeIdTokenResponseType(config);
    const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
    const challenge = await client.calculatePKCECodeChallenge(verifier);
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
    const url = client.buildAuthorizationUrl(config, request({ state, nonce, ...pkce }));
    const tokens = await client.authorizationCodeGrant(config, await arrive(url.href), {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
    });
    const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub);
    expect(person.name).toBe('Anna Example');
  });

  it('OpenID Connect Core 1.0 §3.2.2.5: implicit, the ID Token alone', async () => {
    const config = await configuration('suite');
    client.useIdTokenResponseType(config);
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const callback = await arrive(client.buildAuthorizationUrl(config, request({ state, nonce })).href);
    expect([...inFragment(callback).keys()]).not.toContain('access_token');
    const claims = await client.implicitAuthentication(config, callback, nonce, { expectedState: state });
    expect(claims).toMatchObject({ aud: 'suite', name: 'Anna Example' });
  });

  it('OpenID Connect Core 1.0 §3.2.2.10: another nonce than the one sent is noticed', async () => {
    const config = await configuration('suite');
    client.useIdTokenResponseType(config);
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const callback = await arrive(client.buildAuthorizationUrl(config, request({ state, nonce })).href);
    const other = client.implicitAuthentication(config, callback, client.randomNonce(), { expectedState: state });
    await expect(other).rejects.toThrow();
  });
});
