import { describe, expect, it } from '@jest/globals';
import { DeclarationError, parseDeclaration } from './index.js';

const faultsOf = (settings: object): string[] => {
  const client = { client_id: 'web', redirect_uris: ['https://rp.example/cb'], ...settings };
  try {
    parseDeclaration({ clients: [client] }, () => '');
    return [];
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    return error.faults.map(({ message }) => message);
  }
};

describe('OpenID Connect Core 1.0 §16.19, RFC 8725 §3.5: a secret that a key is made of', () => {
  it.each<[string, object]>([
    ['an ID Token', { id_token_signed_response_alg: 'HS256' }],
    ['user info', { userinfo_signed_response_alg: 'HS256' }],
    ['an assertion', { token_endpoint_auth_method: 'client_secret_jwt' }],
  ])('for %s has at least 32 octets', (_, settings) => {
    const tooShort = [expect.stringContaining('at least 32 bytes')];
    expect(faultsOf({ ...settings, client_secret: 'x'.repeat(31) })).toEqual(tooShort);
    expect(faultsOf({ ...settings, client_secret: 'x'.repeat(32) })).toEqual([]);
    // RFC 6749 Appendix A.2: one octet a character.
    expect(faultsOf({ ...settings, client_secret: 'ü'.repeat(32) })).toEqual([expect.stringContaining('ASCII')]);
  });

  it('OpenID Connect Core 1.0 §10.1: a public client has none', () => {
    expect(faultsOf({ token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'HS256' })).toHaveLength(1);
  });
});
