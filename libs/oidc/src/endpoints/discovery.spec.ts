import { beforeAll, describe, expect, it } from '@jest/globals';
import { bodyOf, get, issuer, rules, type Rules } from '@portico/testing';

let all: Rules;
beforeAll(async () => void (all = await rules()));

describe('OpenID Connect Discovery 1.0 §3', () => {
  it('tells where everything is', async () => {
    expect(bodyOf(await all.endpoints.discovery(get()))).toMatchObject({
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/me`,
      introspection_endpoint: `${issuer}/token/introspection`,
      revocation_endpoint: `${issuer}/token/revocation`,
      end_session_endpoint: `${issuer}/session/end`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
    });
  });

  it('has what the section requires, and no more than there is', async () => {
    expect(bodyOf(await all.endpoints.discovery(get()))).toMatchObject({
      response_types_supported: [
        'code',
        'id_token',
        'id_token token',
        'code id_token',
        'code token',
        'code id_token token',
        'none',
      ],
      grant_types_supported: [
        'authorization_code',
        'implicit',
        'refresh_token',
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:device_code',
        'password',
        'http://authing.cn/oidc/grant_type/authing_token',
      ],
      response_modes_supported: ['query', 'fragment', 'form_post', 'web_message'],
      subject_types_supported: ['public', 'pairwise'],
      acr_values_supported: ['urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'],
      id_token_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256'],
      id_token_encryption_alg_values_supported: ['RSA-OAEP-256', 'ECDH-ES', 'ECDH-ES+A128KW'],
      id_token_encryption_enc_values_supported: ['A128CBC-HS256', 'A128GCM', 'A256GCM'],
      userinfo_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256'],
      userinfo_encryption_alg_values_supported: ['RSA-OAEP-256', 'ECDH-ES', 'ECDH-ES+A128KW'],
      userinfo_encryption_enc_values_supported: ['A128CBC-HS256', 'A128GCM', 'A256GCM'],
      ...Object.fromEntries(
        ['token', 'introspection', 'revocation'].flatMap((endpoint) => [
          [
            `${endpoint}_endpoint_auth_methods_supported`,
            ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'],
          ],
          [
            `${endpoint}_endpoint_auth_signing_alg_values_supported`,
            ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519', 'HS256'],
          ],
        ]),
      ),
      claims_parameter_supported: true,
      request_parameter_supported: true,
      request_object_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519', 'none'],
      request_uri_parameter_supported: false,
      authorization_response_iss_parameter_supported: true,
    });
  });

  it('may be kept for a while, as may the keys', async () => {
    for (const endpoint of [all.endpoints.discovery, all.endpoints.jwks]) {
      expect((await endpoint(get())).headers['cache-control']).toBe('public, max-age=300');
    }
  });

  it('RFC 7517 §4: a key says its kid, use and alg', async () => {
    const { keys } = bodyOf(await all.endpoints.jwks(get())) as { keys: Record<string, string>[] };
    expect(keys).toHaveLength(4);
    for (const key of keys) expect(key).toMatchObject({ kid: expect.any(String), use: 'sig', alg: expect.any(String) });
  });
});
