import { beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { bodyOf, rules, tokenClient, tokenClients, type Rules } from '@portico/testing';

let all: Rules;
const bounded = { refresh_token_lifetime: 600, refresh_token_absolute_lifetime: 1000 };
beforeEach(async () => void (all = await rules({ ...tokenClients, bounded })));
const { isActive, refresh, tokensFor } = tokenClient(() => all);

describe('refresh_token', () => {
  it('RFC 6749 §6, OpenID Connect Core 1.0 §12.2: a new set; the person, the time of their sign-in and the audience stay', async () => {
    const before = await tokensFor('web');
    all.clock.pass(10);
    const after = bodyOf(await refresh('web', before.refresh_token));
    expect(after.refresh_token).not.toBe(before.refresh_token);
    const [old, fresh] = [before, after].map(({ id_token }) => decodeJwt(String(id_token)));
    expect(fresh).toMatchObject({
      sub: old!.sub,
      aud: old!.aud,
      auth_time: old!.auth_time,
      sid: old!.sid,
      iat: Number(old!.iat) + 10,
    });
    expect(fresh).not.toHaveProperty('nonce');
  });

  it('20 at once, and a lost answer later: one successor, everyone gets it, every access token works', async () => {
    const { refresh_token } = await tokensFor('web');
    const bodies = (await Promise.all(Array.from({ length: 20 }, () => refresh('web', refresh_token)))).map(bodyOf);
    all.clock.pass(30);
    bodies.push(bodyOf(await refresh('web', refresh_token)));
    expect(new Set(bodies.map((body) => body.refresh_token)).size).toBe(1);
    expect(await Promise.all(bodies.map(({ access_token }) => isActive(access_token)))).not.toContain(false);
    expect(bodyOf(await refresh('web', bodies[0]!.refresh_token))).toHaveProperty('refresh_token');
  });

  it.each([
    ['short', '2027-01-16T00:00:00Z'],
    ['web', '2027-01-16T00:00:00Z'],
    ['web', '2027-01-30T00:00:00Z'],
    ['web', '2027-02-01T00:00:00Z'],
    ['web', '2027-03-03T00:00:00Z'],
  ])('a lost answer: %s gets the same successor though %s passes meanwhile', async (id, midnight) => {
    const at = Date.parse(midnight) / 1000;
    let { refresh_token } = await tokensFor(id);
    for (let left = at - 1 - all.clock(); left > 0; left = at - 1 - all.clock()) {
      all.clock.pass(Math.min(left, id === 'short' ? 61 : 2_000_000));
      ({ refresh_token } = bodyOf(await refresh(id, refresh_token)));
    }
    expect(all.clock()).toBe(at - 1);
    const first = refresh(id, refresh_token);
    all.clock.pass(1);
    const bodies = [bodyOf(await refresh(id, refresh_token)), bodyOf(await first)];
    all.clock.pass(1);
    bodies.push(bodyOf(await refresh(id, refresh_token)));
    expect(new Set(bodies.map((body) => body.refresh_token)).size).toBe(1);
    expect(bodyOf(await refresh(id, bodies[0]!.refresh_token))).toHaveProperty('refresh_token');
  });

  it('RFC 9700 §4.14.2: the last one expires when the absolute lifetime is over, however often it was renewed', async () => {
    let { refresh_token } = await tokensFor('bounded');
    for (const seconds of [500, 450]) {
      all.clock.pass(seconds);
      ({ refresh_token } = bodyOf(await refresh('bounded', refresh_token)));
    }
    all.clock.pass(49);
    expect(await isActive(refresh_token)).toBe(true);
    all.clock.pass(1);
    expect(await isActive(refresh_token)).toBe(false);
    expect(bodyOf(await refresh('bounded', refresh_token))).toMatchObject({ error: 'invalid_grant' });
  });

  it('an access token never outlives the authorization that it came of', async () => {
    let { refresh_token } = await tokensFor('web');
    for (let months = 0; months < 13; months += 1) {
      all.clock.pass(Math.min(2_500_000, 1_800_000_000 + 31_536_000 - 60 - all.clock()));
      ({ refresh_token } = bodyOf(await refresh('web', refresh_token)));
    }
    expect(bodyOf(await refresh('web', refresh_token))).toMatchObject({ expires_in: 60 });
  });

  it('RFC 9700 §4.14.2: an old one that comes back after the window ends the whole authorization', async () => {
    const first = await tokensFor('web');
    const second = bodyOf(await refresh('web', first.refresh_token));
    all.clock.pass(31);
    expect(bodyOf(await refresh('web', first.refresh_token))).toMatchObject({
      error: 'invalid_grant',
      error_description: 'refresh_token was used already',
    });
    expect(await isActive(second.access_token)).toBe(false);
    expect(bodyOf(await refresh('web', second.refresh_token))).toMatchObject({ error: 'invalid_grant' });
    expect(all.stores.facts).toMatchObject([{ data: { reason: 'refresh_token_replayed' } }]);
  });

  it('RFC 6749 §6: not by another client, and that changes nothing', async () => {
    const { refresh_token } = await tokensFor('web');
    expect(bodyOf(await refresh('second', refresh_token))).toMatchObject({ error: 'invalid_grant' });
    expect(bodyOf(await refresh('web', refresh_token))).toHaveProperty('access_token');
  });

  it('RFC 6749 §6: the scope may be narrowed, for this token alone, and never widened', async () => {
    const { refresh_token } = await tokensFor('web');
    expect(bodyOf(await refresh('web', refresh_token, { scope: 'openid email' }))).toMatchObject({
      error: 'invalid_scope',
    });
    expect(bodyOf(await refresh('web', refresh_token, { scope: ' ' }))).toMatchObject({ error: 'invalid_scope' });
    const narrow = bodyOf(await refresh('web', refresh_token, { scope: 'openid' }));
    expect(narrow).toMatchObject({ scope: 'openid' });
    expect(decodeJwt(String(narrow.access_token))).toMatchObject({ scope: 'openid' });
    const other = bodyOf(await refresh('web', narrow.refresh_token, { scope: 'profile' }));
    expect(other).not.toHaveProperty('id_token');
    expect(bodyOf(await refresh('web', other.refresh_token, { scope: '' }))).toMatchObject({
      scope: 'openid profile offline_access',
    });
  });

  it('the empty redirect_uri that a published SDK sends does no harm', async () => {
    const { refresh_token } = await tokensFor('web');
    expect(bodyOf(await refresh('web', refresh_token, { redirect_uri: '' }))).toHaveProperty('access_token');
  });

  it('unknown, revoked and expired ones are refused', async () => {
    expect(bodyOf(await refresh('web', 'nothing'))).toMatchObject({ error: 'invalid_grant' });
    const { refresh_token } = await tokensFor('web');
    all.clock.pass(2_592_000);
    expect(bodyOf(await refresh('web', refresh_token))).toMatchObject({ error: 'invalid_grant' });
  });
});
