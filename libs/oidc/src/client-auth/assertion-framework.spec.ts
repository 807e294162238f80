import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { issuer, post, rules, secret, type GivenParams, type Rules } from '@portico/testing';
import { SignJWT } from 'jose';

let all: Rules;
beforeEach(
  async () => void (all = await rules({ app: { token_endpoint_auth_method: 'client_secret_jwt' }, other: {} })),
);

const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const assertionOf = (claims: Readonly<Record<string, unknown>> = {}): Promise<string> =>
  new SignJWT({ iss: 'app', sub: 'app', aud: issuer, jti: randomUUID(), exp: all.clock() + 60, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret));
const send = (assertion: string, more: GivenParams = {}) =>
  all.endpoints.token(
    post(
      { grant_type: 'client_credentials', client_assertion: assertion, client_assertion_type: type, ...more },
      { url: '/oidc/token' },
    ),
  );
const refused = { status: 401, body: { error: 'invalid_client' } };

describe('RFC 7521 §4.2: an assertion is the credential of a client', () => {
  it('alone, or beside the client_id that it speaks of', async () => {
    expect((await send(await assertionOf())).status).toBe(200);
    expect((await send(await assertionOf(), { client_id: 'app' })).status).toBe(200);
  });

  it('not beside the client_id of another, nor beside a secret', async () => {
    for (const more of [{ client_id: 'other' }, { client_id: 'app', client_secret: secret }])
      expect((await send(await assertionOf(), more)).status).toBeGreaterThanOrEqual(400);
  });
});

describe('RFC 7521 §4.2.1, RFC 7523 §3.2: one that does not hold is invalid_client', () => {
  it.each<[string, Record<string, unknown>]>([
    ['§5.2: no iss', { iss: undefined }],
    ['§5.2: no sub', { sub: undefined }],
    ['§5.2: no aud', { aud: undefined }],
    ['§5.2: no exp', { exp: undefined }],
    ['§5.2: an exp that has passed', { exp: 1 }],
    ['RFC 8725 §3.8: another issuer', { iss: 'other' }],
    ['RFC 8725 §3.8: another subject', { sub: 'other' }],
    ['RFC 8725 §3.9: another audience', { aud: 'https://evil.example.test/oidc' }],
    ['RFC 8725 §3.9: several audiences, none of them this one', { aud: ['https://evil.example.test', `${issuer}/x`] }],
  ])('%s', async (_, claims) => expect(await send(await assertionOf(claims))).toMatchObject(refused));

  it('one of an unknown type', async () => {
    const params = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' };
    expect(await send(await assertionOf(), params)).toMatchObject(refused);
  });
});
