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
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      claims_parameter_supported: false,
      request_parameter_supported: false,
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
