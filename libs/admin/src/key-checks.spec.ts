import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { DeclarationError, parseDeclaration } from './index.js';

const jwkOf = (more: object = {}) => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  ...more,
});
const jwks = { keys: [jwkOf()] };
const jwks_uri = 'https://rp.example/jwks';
const long = 'a secret of at least thirty-two bytes';
const short = 'a secret of too few bytes';
const hash = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo';
const files: Record<string, string> = { 'long.txt': long, 'short.txt': short };

const faultsOf = (settings: object): string[] => {
  const client = { client_id: 'web', redirect_uris: ['https://rp.example/cb'], ...settings };
  try {
    parseDeclaration({ clients: [client] }, (path) => files[path] ?? '');
    return [];
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    return error.faults.map(({ path, message }) => `${path.replace('clients[0].', '')}: ${message}`);
  }
};

const byKey = { token_endpoint_auth_method: 'private_key_jwt' };
const bySecret = { token_endpoint_auth_method: 'client_secret_jwt', client_secret: long };
const hs256 = { id_token_signed_response_alg: 'HS256' };
const isPublic = { token_endpoint_auth_method: 'none' };
const basic = { client_secret: 's3cret' };

describe('keys that fit', () => {
  test.each<[string, object]>([
    ['a private key, by value', { ...byKey, jwks }],
    ['a private key, by reference', { ...byKey, jwks_uri }],
    ['a private key pinned to its algorithm', { ...byKey, jwks, token_endpoint_auth_signing_alg: 'ES256' }],
    ['a private key at one endpoint', { ...basic, introspection_endpoint_auth_method: 'private_key_jwt', jwks }],
    ['a secret of 32 bytes', bySecret],
    ['a secret pinned to its algorithm', { ...bySecret, token_endpoint_auth_signing_alg: 'HS256' }],
    ['a secret of 32 bytes in a file', { ...hs256, client_secret_file: 'long.txt' }],
    ['exactly 32 bytes', { ...hs256, client_secret: 'x'.repeat(32) }],
    ['a private key beside a secret for HS256', { ...byKey, ...hs256, jwks, client_secret: long }],
    ['encryption for a public client', { ...isPublic, jwks, id_token_encrypted_response_alg: 'ECDH-ES' }],
    ['keys on this machine', { ...byKey, jwks_uri: 'http://127.0.0.1:8080/jwks' }],
    ['keys that nothing needs', { ...basic, jwks }],
  ])('%s', (_, settings) => expect(faultsOf(settings)).toEqual([]));
});

describe('keys that do not', () => {
  const tooShort = 'must have at least 32 bytes: a key for HS256 is made of it';
  const needsSecret = 'is required (or client_secret_file, or client_secret_hash)';
  test.each<[string, object, string]>([
    ['RFC 7518 §3.2: a short secret', { ...hs256, client_secret: 'x'.repeat(31) }, `client_secret: ${tooShort}`],
    [
      'RFC 7518 §3.2: a short secret in a file',
      { ...hs256, client_secret_file: 'short.txt' },
      `client_secret_file: ${tooShort}`,
    ],
    [
      'OpenID Connect Core 1.0 §10.1: a hash',
      { ...hs256, client_secret_hash: hash },
      'client_secret_hash: must be client_secret or client_secret_file: a key for HS256 is made of it',
    ],
    ['HS256 without a secret', { ...byKey, jwks, ...hs256 }, `client_secret: ${needsSecret}`],
    [
      'RFC 6749 §2.3.1: an endpoint that takes a secret, without one',
      { ...byKey, jwks, revocation_endpoint_auth_method: 'client_secret_basic' },
      `client_secret: ${needsSecret}`,
    ],
    [
      'HS256 for a public client',
      { ...isPublic, userinfo_signed_response_alg: 'HS256' },
      'userinfo_signed_response_alg: HS256 is for clients with a secret',
    ],
    [
      'a public client that signs elsewhere',
      { ...isPublic, jwks, introspection_endpoint_auth_method: 'private_key_jwt' },
      'introspection_endpoint_auth_method: must be none, as token_endpoint_auth_method is',
    ],
    ['RFC 7591 §2: both places', { ...byKey, jwks, jwks_uri }, 'jwks_uri: must be left out beside jwks'],
    ['OpenID Connect Core 1.0 §9: no keys', byKey, 'token_endpoint_auth_method: needs jwks or jwks_uri beside it'],
    [
      'OpenID Connect Core 1.0 §9: no key to sign with',
      { ...byKey, jwks: { keys: [jwkOf({ use: 'enc' })] } },
      'jwks: must have a key for RS256 or PS256 or ES256 or EdDSA, which token_endpoint_auth_method needs',
    ],
    [
      'RFC 8725 §3.1: no key for the algorithm',
      { ...byKey, jwks, token_endpoint_auth_signing_alg: 'RS256' },
      'jwks: must have a key for RS256, which token_endpoint_auth_method needs',
    ],
    [
      'OpenID Connect Core 1.0 §10.2: no key to encrypt for',
      { ...basic, jwks, id_token_encrypted_response_alg: 'RSA-OAEP-256' },
      'jwks: must have a key for RSA-OAEP-256, which id_token_encrypted_response_alg needs',
    ],
    [
      'OpenID Connect Dynamic Client Registration 1.0 §2: enc without alg',
      { ...basic, jwks, userinfo_encrypted_response_enc: 'A256GCM' },
      'userinfo_encrypted_response_enc: needs userinfo_encrypted_response_alg beside it',
    ],
    [
      'an algorithm of another method',
      { ...byKey, jwks, token_endpoint_auth_signing_alg: 'HS256' },
      'token_endpoint_auth_signing_alg: HS256 is for the authentication method client_secret_jwt',
    ],
    [
      'an algorithm where nothing is signed',
      { ...basic, revocation_endpoint_auth_signing_alg: 'ES256' },
      'revocation_endpoint_auth_signing_alg: ES256 is for the authentication method private_key_jwt',
    ],
    [
      'none',
      { ...basic, id_token_signed_response_alg: 'none' },
      'id_token_signed_response_alg: must be RS256 or PS256 or ES256 or EdDSA or HS256',
    ],
    [
      'a private key',
      {
        ...byKey,
        jwks: { keys: [generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })] },
      },
      'jwks.keys[0]: must be a public key',
    ],
    [
      'http',
      { ...byKey, jwks_uri: 'http://rp.example/jwks' },
      'jwks_uri: must be an https URL; http for a loopback address alone',
    ],
    [
      'http that only looks like this machine',
      { ...byKey, jwks_uri: 'http://127.0.0.1.rp.example/jwks' },
      'jwks_uri: must be an https URL; http for a loopback address alone',
    ],
    ['no URL', { ...byKey, jwks_uri: 'jwks' }, 'jwks_uri: must be an absolute URL of a kind that fits here'],
  ])('%s', (_, settings, fault) => expect(faultsOf(settings)).toEqual([fault]));
});
