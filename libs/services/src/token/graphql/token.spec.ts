import { describe, expect, it } from '@jest/globals';
import { basic, bodyOf, paramsOf, post, ruleBrowser, secret, signedIn } from '@portico/testing';
import { data, from, refusal, sdk } from './sdk.fixture.js';

const { all, login, status, user } = sdk();

describe('user', () => {
  it('OpenID Connect Core 1.0 §5.3: the person of the access token, and the token itself, which the SDK keeps', async () => {
    const { token } = await login();
    expect(data(await user(token)).user).toEqual({
      id: 'sub-alice',
      username: 'alice',
      email: 'alice@example.test',
      phone: null,
      token,
    });
    expect(data(await user(token, 'sub-alice')).user).toMatchObject({ id: 'sub-alice' });
  });

  it('nobody else, whatever id is given', async () => {
    expect(refusal(await user((await login()).token, 'sub-bob'))).toMatchObject({ code: 1001 });
  });

  it('a token of the code flow opens it too, as far as its scope goes', async () => {
    const { access_token: token, id_token: idToken } = await signedIn(all(), 'web', { scope: 'openid email' });
    expect(data(await user(token)).user).toMatchObject({ email: 'alice@example.test', username: null });
    expect(refusal(await user(idToken))).toMatchObject({ code: 2020 });
  });

  it.each(['none', 'unknown', 'late'])('not signed in: %s', async (kind) => {
    const { token } = await login();
    if (kind === 'late') all().clock.pass(600);
    const presented = { none: undefined, unknown: 'unknown', late: token }[kind];
    expect(refusal(await user(presented))).toMatchObject({ code: 2020, data: { error: 'invalid_token' } });
  });
});

describe('checkLoginStatus', () => {
  it('RFC 7662 §2.2: a token that holds, as argument or in the header, whoever asks', async () => {
    const { token } = await login();
    const holds = {
      code: 200,
      status: true,
      iat: all().clock(),
      exp: all().clock() + 600,
      data: {
        id: 'sub-alice',
        userPoolId: 'id.example.test',
        arn: 'arn:cn:portico:id.example.test:user:sub-alice',
      },
    };
    expect(await status(token, {})).toMatchObject(holds);
    expect(await status(undefined, from('app', token))).toMatchObject(holds);
    expect(await status('wrong', from('app', token))).toMatchObject({ status: false });
  });

  const presented: Record<string, () => unknown> = {
    none: () => undefined,
    unknown: () => 'x.y.z',
    late: async () => {
      const { token } = await login();
      all().clock.pass(600);
      return token;
    },
    revoked: async () => {
      const { token } = await login();
      await all().endpoints.revocation(post({ token: String(token), client_id: 'app' }));
      return token;
    },
    'an ID Token': async () => (await signedIn(all(), 'web')).id_token,
    'a refresh token': async () => (await signedIn(all(), 'web')).refresh_token,
    'of a client': async () => {
      const form = post({ grant_type: 'client_credentials' }, { headers: basic('machine', secret) });
      return bodyOf(await all().endpoints.token(form)).access_token;
    },
    'of the other issuer': async () => {
      const browser = ruleBrowser(all());
      const uri = { client_id: 'web', redirect_uri: 'https://web.example.test/cb' };
      const asked = await browser.get('oauthAuthorize', { ...uri, response_type: 'code', scope: 'user' });
      const { code } = paramsOf(await browser.answer(asked));
      const form = { grant_type: 'authorization_code', code, redirect_uri: uri.redirect_uri };
      const reply = await all().endpoints.oauthToken(post(form, { headers: basic('web', secret) }));
      return bodyOf(reply).access_token;
    },
  };
  it.each(Object.keys(presented))('one that does not hold, or is nobody’s: %s', async (kind) => {
    const token = await presented[kind]!();
    expect(await status(token)).toEqual({
      code: 2020,
      message: 'Please sign in first.',
      status: false,
      exp: null,
      iat: null,
      data: null,
    });
    expect(kind === 'none' || typeof token === 'string').toBe(true);
  });
});
