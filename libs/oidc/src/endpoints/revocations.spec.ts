import { beforeEach, describe, expect, it } from '@jest/globals';
import { basic, bodyOf, post, rules, secret, signedIn, type GivenParams, type Rules } from '@portico/testing';
import { decodeJwt } from 'jose';
import { feedPage } from './revocations.js';

let all: Rules;
beforeEach(async () => {
  all = await rules({
    web: {},
    api: {},
    open: { introspection_endpoint_auth_method: 'none' },
    spa: { token_endpoint_auth_method: 'none' },
  });
});
const ask = (params: GivenParams = {}, headers = basic('api', secret)) =>
  all.endpoints.revocations(post(params, { headers }));
const page = async (after?: unknown) => bodyOf(await ask(after === undefined ? {} : { after: after as string }));
const revoke = (token: string) => all.endpoints.revocation(post({ token }, { headers: basic('web', secret) }));

describe('the feed of revocations', () => {
  it('tells what was revoked, from the beginning and then from the cursor on', async () => {
    const before = await page();
    expect(before).toEqual({
      revocations: [],
      cursor: `${all.clock()}.0`,
      complete_since: all.clock() - 86_400,
      behind_seconds: 0,
      more: false,
    });
    const alice = await signedIn(all, 'web');
    await revoke(alice.access_token);
    const told = { event: 'tokenRevoked', data: { tokenId: decodeJwt(alice.access_token).jti, at: all.clock() } };
    const after = await page(before.cursor);
    expect(after).toMatchObject({ revocations: [told], more: false });
    expect((await page(after.cursor)).revocations).toEqual([]);
    expect((await page()).revocations).toEqual([told]);
  });

  it('RFC 9700 §2: of a person who left it tells no more than what tokens are compared with', async () => {
    const { access_token: token } = await signedIn(all, 'web');
    await all.stores.registrations.signOut('alice', all.clock());
    const [authorization = ''] = String(decodeJwt(token).jti).split('.');
    await all.stores.tokens.revokeAuthorization(authorization, 'theft', all.clock());
    const told = (await page()).revocations;
    expect(told).toContainEqual({ event: 'subjectRevoked', data: { subject: 'sub-alice', at: all.clock() } });
    expect(told).toContainEqual({
      event: 'authorizationRevoked',
      data: { authorizationId: authorization, at: all.clock() },
    });
    expect(JSON.stringify(told)).not.toMatch(/sids|reason|theft|clientId/);
  });

  it.each<[string, GivenParams, Record<string, string>, object]>([
    ['RFC 6749 §3.2.1: without a client', {}, {}, { status: 401, body: { error: 'invalid_client' } }],
    ['§2.3.1: with a wrong secret', {}, basic('api', 'wrong'), { status: 401, body: { error: 'invalid_client' } }],
    ['§2.1: a public client', { client_id: 'spa' }, {}, { status: 400, body: { error: 'unauthorized_client' } }],
    ['one that need not prove who it is', { client_id: 'open' }, {}, { body: { error: 'unauthorized_client' } }],
    ['a cursor of somebody else', { after: '1; DROP TABLE outbox' }, basic('api', secret), { status: 400 }],
    ['an endless cursor', { after: `1.${'9'.repeat(40)}` }, basic('api', secret), { status: 400 }],
    ['a cursor twice', { after: ['1.1', '1.2'] }, basic('api', secret), { body: { error: 'invalid_request' } }],
  ])('%s is refused', async (_, params, headers, expected) => {
    expect(await ask(params, headers)).toMatchObject(expected);
  });

  it('a cursor after which something may be gone is refused, so that its holder begins anew', async () => {
    const { cursor } = await page();
    all.clock.pass(82_800);
    expect(await page(cursor)).toMatchObject({ revocations: [] });
    all.clock.pass(1);
    expect(await page(cursor)).toMatchObject({ error: 'invalid_request' });
  });

  it.each([
    [undefined, 0],
    [-7, 7],
    [-0.5, 1],
    [7, 0],
  ])('what waits to be published since %s makes it %s seconds older than it is', (since, behind) => {
    const at = all.clock();
    const waiting = since === undefined ? {} : { waitingSince: at + since };
    expect(feedPage({ facts: [], position: '5', more: false, ...waiting }, at)).toMatchObject({
      cursor: `${at}.5`,
      behind_seconds: behind,
    });
  });
});
