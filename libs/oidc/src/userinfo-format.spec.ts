import { beforeEach, describe, expect, it } from '@jest/globals';
import { bodyOf, clientOf, post, rules, signedIn, type Rules } from '@portico/testing';
import { decodeJwt } from 'jose';
import { formatted } from './userinfo-format.js';

const { metadata } = await clientOf('authing', { userinfo_format: 'authing' });
const every = 'openid profile email phone address username roles';
const nothing = {
  name: null,
  given_name: null,
  family_name: null,
  middle_name: null,
  nickname: null,
  preferred_username: null,
  profile: null,
  picture: null,
  website: null,
  gender: 'U',
  birthdate: null,
  zoneinfo: null,
  locale: null,
  updated_at: null,
};

describe('userinfo_format: authing: the documented form', () => {
  it.each<[string, string[], Record<string, unknown>, Record<string, unknown>]>([
    ['profile without a value', ['openid', 'profile'], {}, nothing],
    ['email', ['email'], {}, { email: null, email_verified: false }],
    ['phone', ['phone'], {}, { phone_number: null, phone_number_verified: false }],
    ['address', ['address'], {}, { address: { country: null, postal_code: null, region: null, formatted: null } }],
    ['openid alone', ['openid', 'offline_access', 'orders:read'], {}, {}],
    ['values stay', ['email'], { email: 'a@b.c', email_verified: true }, { email: 'a@b.c', email_verified: true }],
    [
      'updated_at and gender',
      ['profile'],
      { updated_at: 1_614_752_234, gender: 'female' },
      { ...nothing, updated_at: '2021-03-03T06:17:14.000Z', gender: 'female' },
    ],
    [
      'an address of some members',
      ['address'],
      { address: { country: 'CN', locality: 'Beijing' } },
      { address: { country: 'CN', locality: 'Beijing', postal_code: null, region: null, formatted: null } },
    ],
    ['what was asked for by name', ['email'], { name: 'A' }, { email: null, email_verified: false, name: 'A' }],
  ])('%s', (_, scopes, claims, told) => expect(formatted(claims, scopes, metadata)).toEqual(told));

  it('plain OAuth 2.0: the scope user stands for its scopes', () => {
    const { name, email, phone_number, address, username } = formatted({ username: 'a' }, ['user'], metadata);
    expect([name, email, phone_number, username]).toEqual([null, null, null, 'a']);
    expect(address).toHaveProperty('formatted', null);
  });
});

describe('OpenID Connect Core 1.0 §5.3.2: the userinfo endpoint', () => {
  let all: Rules;
  beforeEach(async () => {
    all = await rules({
      standard: { id_token_profile_claims: true },
      authing: { userinfo_format: 'authing', id_token_profile_claims: true },
      signed: { userinfo_format: 'authing', userinfo_signed_response_alg: 'RS256' },
    });
  });
  const asked = async (id: string) => {
    const { access_token, id_token } = await signedIn(all, id, { scope: every });
    return { reply: await all.endpoints.userinfo(post({ access_token })), idToken: decodeJwt(id_token) };
  };

  it('leaves out what has no value, by default', async () => {
    const told = bodyOf((await asked('standard')).reply);
    expect(told).toMatchObject({ sub: 'sub-alice', updated_at: 1_700_000_000 });
    for (const name of ['family_name', 'gender', 'address', 'phone_number', 'phone_number_verified'])
      expect(told).not.toHaveProperty(name);
  });

  it('tells it of a client that is set to it, in its JSON', async () => {
    expect(bodyOf((await asked('authing')).reply)).toEqual({
      ...nothing,
      sub: 'sub-alice',
      name: 'Alice Example',
      given_name: 'Alice',
      preferred_username: 'alice',
      updated_at: '2023-11-14T22:13:20.000Z',
      email: 'alice@example.test',
      email_verified: true,
      phone_number: null,
      phone_number_verified: false,
      address: { country: null, postal_code: null, region: null, formatted: null },
      username: 'alice',
      roles: null,
    });
  });

  it('never in an ID Token, nor in a JWT', async () => {
    const { idToken } = await asked('authing');
    const { reply } = await asked('signed');
    for (const claims of [idToken, decodeJwt(reply.kind === 'jwt' ? reply.body : '')]) {
      expect(claims).toMatchObject({ name: 'Alice Example', updated_at: 1_700_000_000 });
      for (const name of ['family_name', 'gender', 'address', 'phone_number']) expect(claims).not.toHaveProperty(name);
    }
  });
});
