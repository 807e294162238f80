import { describe, expect, it } from '@jest/globals';
import { namedPartition, partitionFor } from '@portico/endpoint';
import { clientOf } from '@portico/testing';
import { faces } from './face.js';
import { newAuthorization } from './new-authorization.js';

const at = 1_800_000_000;
const year = 31_536_000;

describe('a new authorization lasts as long as the last token that can come of it', () => {
  it.each<[string, Record<string, unknown>, 'oidc' | 'oauth', string[], number]>([
    ['a code and an access token', {}, 'oidc', ['openid'], 600 + 3600],
    ['OpenID Connect Core 1.0 §11: a refresh token', {}, 'oidc', ['offline_access'], year],
    ['refresh tokens with an end', { refresh_token_absolute_lifetime: 5000 }, 'oidc', ['offline_access'], 5000],
    ['one that ends before an access token', { refresh_token_absolute_lifetime: 5 }, 'oidc', ['offline_access'], 4200],
    ['plain OAuth 2.0', { grant_types: ['authorization_code'] }, 'oauth', [], 600 + 1_209_599],
    ['the same with refresh tokens', {}, 'oauth', [], year],
    ['RFC 8628 §3.2: a device', { device_code_lifetime: 1800 }, 'oidc', ['openid'], 1800 + 3600],
    ['what is renewed without one', { grant_types: ['password', 'refresh_token'] }, 'oidc', ['openid'], year],
    ['an access token of ten years', { access_token_lifetime: 315_360_000 }, 'oidc', [], 600 + 315_360_000],
  ])('%s', async (_, metadata, face, scope, lifetime) => {
    const client = await clientOf('c', metadata);
    const authorization = newAuthorization({ client, face: faces[face], scope, at });
    expect(authorization).toMatchObject({ clientId: 'c', scope, grantedAt: at, expiresAt: at + lifetime });
    expect(namedPartition(authorization.id)).toBe(partitionFor({ from: at, until: at + lifetime }));
    expect(authorization.id).toMatch(/^[0-9a-f]{5}-[0-9a-f-]{36}$/); // RFC 9068 §2.2.1: a jti has it before its last dot
  });
});
