import { describe, expect, it } from '@jest/globals';
import { bodyOf, challenge, paramsOf, post, ruleBrowser, signedIn, verifier } from '@portico/testing';
import { data, refusal, sdk } from './sdk.fixture.js';

const { all, login, status, user, renew } = sdk();
const renewed = async (token: unknown) => data(await renew(token)).refreshToken!;

describe('refreshToken', () => {
  it('RFC 6749 §6: a token that holds for a new one; the old one is worth nothing from then on', async () => {
    const { token } = await login();
    all().clock.pass(100);
    const fresh = await renewed(token);
    expect(fresh).toEqual({ token: expect.any(String), iat: all().clock(), exp: all().clock() + 600 });
    expect(await status(fresh.token)).toMatchObject({ status: true });
    expect(await status(token)).toMatchObject({ status: false });
    expect(data(await user(fresh.token)).user).toMatchObject({ id: 'sub-alice', token: fresh.token });
  });

  it('of twenty at once one gets it', async () => {
    const { token } = await login();
    const replies = await Promise.all(Array.from({ length: 20 }, () => renew(token)));
    const won = replies.filter((reply) => bodyOf(reply).data !== null);
    expect(won).toHaveLength(1);
    expect(await status(data(won[0]!).refreshToken!.token)).toMatchObject({ status: true });
  });

  it('RFC 9700 §4.14.2: one that comes back ends all that came of it; at once, it is another tab', async () => {
    const { token } = await login();
    const fresh = await renewed(token);
    expect(refusal(await renew(token))).toMatchObject({ code: 2020 });
    expect(await status(fresh.token)).toMatchObject({ status: true });
    all().clock.pass(31);
    expect(refusal(await renew(token))).toMatchObject({ code: 2020 });
    expect(await status(fresh.token)).toMatchObject({ status: false });
  });

  it('ends as late as a refresh token would, counted from the password', async () => {
    let { token } = await login();
    for (let passed = 0; passed + 500 < 3600; passed += 500) {
      all().clock.pass(500);
      ({ token } = await renewed(token));
    }
    all().clock.pass(500);
    expect(await status(token)).toMatchObject({ status: true });
    expect(refusal(await renew(token))).toMatchObject({ code: 2020 });
  });

  it.each([
    ['another client’s', 'other', 2020],
    ['of no client', 'nobody', 2011],
    ['a client without the grant refresh_token', 'no-renewal', 1001],
    ['a client without the grant password', 'no-password', 1001],
    ['a confidential client that the header names', 'secretive', 2011],
  ])('not %s', async (_, app, code) => {
    expect(refusal(await renew((await login()).token, app))).toMatchObject({ code });
  });

  it.each(['late', 'revoked', 'unknown', 'none'])('not one that does not hold: %s', async (kind) => {
    const { token } = await login();
    if (kind === 'late') all().clock.pass(600);
    if (kind === 'revoked') await all().endpoints.revocation(post({ token: String(token), client_id: 'app' }));
    const presented = { unknown: 'unknown', none: undefined }[kind as 'unknown' | 'none'];
    expect(refusal(await renew(kind === 'unknown' || kind === 'none' ? presented : token))).toMatchObject({
      code: 2020,
    });
  });

  it('not for somebody else', async () => {
    expect(refusal(await renew((await login()).token, 'app', 'sub-bob'))).toMatchObject({ code: 1001 });
  });

  it('not for a confidential client: the header holds the token, so it cannot prove itself there', async () => {
    const { access_token: token } = await signedIn(all(), 'web');
    expect(refusal(await renew(token, 'web'))).toMatchObject({ code: 2011 });
  });

  it('one of a session while the session lives, and no longer, even where the authorization does', async () => {
    const browser = ruleBrowser(all());
    const uri = { client_id: 'spa', redirect_uri: 'https://spa.example.test/cb' };
    const asked = { ...uri, ...challenge, response_type: 'code', scope: 'openid offline_access', prompt: 'consent' };
    const { code } = paramsOf(await browser.answer(await browser.get('authorize', asked)));
    const form = { grant_type: 'authorization_code', code, ...uri, code_verifier: verifier };
    const { access_token: token } = bodyOf(await all().endpoints.token(post(form)));
    const { token: fresh } = data(await renew(token, 'spa')).refreshToken!;
    expect(await status(fresh)).toMatchObject({ status: true });
    all().clock.pass(3600);
    expect(await status(fresh)).toMatchObject({ status: true });
    expect(refusal(await renew(fresh, 'spa'))).toMatchObject({ code: 2020 });
  });
});
