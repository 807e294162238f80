import { beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { bodyOf, rules, tokenClient, tokenClients, type GivenParams, type Rules } from '@portico/testing';

let all: Rules;
beforeEach(async () => void (all = await rules(tokenClients)));
const { as } = tokenClient(() => all);

describe('client_credentials', () => {
  it('RFC 6749 §4.4, RFC 9068 §2.2: the client is the subject, no id_token, no refresh token, no scope that speaks of a person', async () => {
    const body = bodyOf(
      await as('web', { grant_type: 'client_credentials', scope: 'openid orders:read offline_access nothing' }),
    );
    expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type']);
    expect(decodeJwt(String(body.access_token))).toMatchObject({ sub: 'web', client_id: 'web', scope: 'orders:read' });
    expect(bodyOf(await as('web', { grant_type: 'client_credentials' }))).toMatchObject({ scope: 'orders:read' });
  });
});

describe('errors of the token endpoint', () => {
  it.each<[string, GivenParams, string]>([
    ['RFC 6749 §5.2: no grant_type', {}, 'invalid_request'],
    ['§5.2: an unknown grant', { grant_type: 'urn:magic' }, 'unsupported_grant_type'],
    ['§5.2: no code', { grant_type: 'authorization_code' }, 'invalid_request'],
    ['§3.2: a parameter twice', { grant_type: ['client_credentials', 'client_credentials'] }, 'invalid_request'],
  ])('%s', async (_, params, error) =>
    expect(await as('web', params)).toMatchObject({
      status: 400,
      body: { error, correlation_id: expect.any(String) },
    }),
  );

  it('§5.2: a grant for which the client is not registered', async () => {
    expect(await as('code-only', { grant_type: 'client_credentials' })).toMatchObject({
      status: 400,
      body: { error: 'unauthorized_client' },
    });
    expect(await as('spa', { grant_type: 'client_credentials' })).toMatchObject({
      body: { error: 'unauthorized_client' },
    });
  });
});
