import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { issuer } from './provider.js';
import { configuration } from './relying-party.js';
import { password, secret } from './setup/declaration.js';

const scope = 'openid profile email offline_access';
const ask = async (params: Record<string, string>, id = 'password') =>
  client.genericGrantRequest(await configuration(id), 'password', { username: 'anna', password, scope, ...params });

describe('the password grant', () => {
  it('RFC 6749 §4.3, with openid-client: tokens, user info, refresh, revocation', async () => {
    const config = await configuration('password');
    const tokens = await ask({});
    expect(tokens).toMatchObject({ token_type: 'bearer', scope, refresh_token: expect.any(String) });
    const claims = decodeJwt(tokens.id_token!);
    expect(claims).toMatchObject({ iss: issuer, aud: 'password', amr: ['pwd'] });
    expect(claims).not.toHaveProperty('sid');
    const person = await client.fetchUserInfo(config, tokens.access_token, claims.sub!);
    expect(person).toMatchObject({ email: 'anna@example.test' });
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token!);
    expect(fresh).toMatchObject({ refresh_token: expect.any(String), id_token: expect.any(String) });
    await client.tokenRevocation(config, fresh.refresh_token!);
    await expect(client.refreshTokenGrant(config, fresh.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('by e-mail address too; without a scope an access token alone', async () => {
    const config = await configuration('password');
    const tokens = await client.genericGrantRequest(config, 'password', { username: 'ANNA@example.test', password });
    expect(Object.keys(tokens).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
  });

  it('a wrong password and an unknown person get the same answer', async () => {
    const answers = await Promise.all(
      ['carol', 'nobody-at-all'].map(async (username) => {
        const response = await fetch(`${issuer}/token`, {
          method: 'POST',
          headers: { authorization: `Basic ${Buffer.from(`password:${secret}`).toString('base64')}` },
          body: new URLSearchParams({ grant_type: 'password', username, password: 'wrong', scope }),
          signal: AbortSignal.timeout(15_000),
        });
        const { correlation_id: _, ...body } = (await response.json()) as Record<string, string>;
        return { status: response.status, body, cookies: response.headers.getSetCookie() };
      }),
    );
    expect(answers[0]).toEqual({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'username or password is wrong' },
      cookies: [],
    });
    expect(answers[1]).toEqual(answers[0]);
  });

  it('RFC 9700 §2.4: off, unless the client is set to it', async () => {
    await expect(ask({}, 'basic')).rejects.toMatchObject({ error: 'unauthorized_client', status: 400 });
  });
});
