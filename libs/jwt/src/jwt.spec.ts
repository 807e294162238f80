import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { generateKey, openKeySet, seal, SealBroken, signingAlgorithm, signJwt, unseal, verifyJwt } from './index.js';

const sealKey = new Uint8Array(32).fill(7);
const at = 1_700_000_000;
const issuer = 'https://id.example.test/oidc';
const stored = await Promise.all(signingAlgorithm.options.map((alg) => generateKey(alg, sealKey, at)));
const keys = openKeySet(stored, sealKey, at);

describe('signing', () => {
  it.each(signingAlgorithm.options)('RFC 7518 §3.1: another library verifies %s by the published keys', async (alg) => {
    const token = await signJwt({ iss: issuer, sub: 'alice' }, 'JWT', keys.signing(alg));
    const jwks = createLocalJWKSet(keys.jwks as unknown as JSONWebKeySet);
    const { payload } = await jwtVerify(token, jwks, { algorithms: [alg] });
    expect(payload).toEqual({ iss: issuer, sub: 'alice' });
    expect(decodeProtectedHeader(token)).toEqual({ alg, typ: 'JWT', kid: keys.signing(alg).kid });
  });

  it('RFC 7517 §4: no private parameter is published', () => {
    const names = keys.jwks.keys.flatMap((key) => Object.keys(key));
    expect(names.filter((name) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].includes(name))).toEqual([]);
  });
});

describe('verification', () => {
  const expected = { typ: 'JWT', issuer };
  const tokenOf = (claims: object, typ = 'JWT') => signJwt({ iss: issuer, ...claims }, typ, keys.signing('ES256'));

  it('reads the claims of its own token', async () => {
    expect(await verifyJwt(await tokenOf({ sub: 'a' }), keys, expected)).toMatchObject({ sub: 'a' });
  });

  it('RFC 8725 §3.11: a token of another type is refused', async () => {
    expect(await verifyJwt(await tokenOf({}, 'at+jwt'), keys, expected)).toBeUndefined();
  });

  it('RFC 8725 §3.8: a token of another issuer is refused', async () => {
    expect(await verifyJwt(await tokenOf({ iss: 'https://evil.example.test' }), keys, expected)).toBeUndefined();
  });

  it('a token of another installation, a changed one and rubbish are refused', async () => {
    const foreign = openKeySet([await generateKey('ES256', sealKey, at)], sealKey, at);
    const token = await tokenOf({ sub: 'a' });
    const [header, , signature] = token.split('.');
    const changed = [
      header,
      Buffer.from(JSON.stringify({ iss: issuer, sub: 'b' })).toString('base64url'),
      signature,
    ].join('.');
    for (const bad of [changed, '', 'a.b.c', `${header ?? ''}..`, token.slice(0, -2)]) {
      expect(await verifyJwt(bad, keys, expected)).toBeUndefined();
    }
    expect(await verifyJwt(token, foreign, expected)).toBeUndefined();
  });

  it('RFC 8725 §3.1: neither "none" nor a public key used as an HMAC secret gets through', async () => {
    const { kid } = keys.signing('RS256');
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    expect(
      await verifyJwt(`${part({ alg: 'none', typ: 'JWT', kid })}.${part({ iss: issuer })}.`, keys, expected),
    ).toBeUndefined();
    expect(
      await verifyJwt(`${part({ alg: 'HS256', typ: 'JWT', kid })}.${part({ iss: issuer })}.AAAA`, keys, expected),
    ).toBeUndefined();
  });
});

describe('key set', () => {
  it('signs with the newest key whose time has come and verifies with every key', async () => {
    const later = { ...(await generateKey('ES256', sealKey, at)), signsFrom: at + 100 };
    const set = (now: number) => openKeySet([...stored, later], sealKey, now);
    expect(set(at).signing('ES256').kid).toBe(stored.find(({ alg }) => alg === 'ES256')?.kid);
    expect(set(at + 100).signing('ES256').kid).toBe(later.kid);
    expect(set(at).verification(later.kid)?.alg).toBe('ES256');
  });

  it('a sealed key opens only with its own label and key', () => {
    const sealed = seal('text', 'kid', sealKey);
    expect(unseal(sealed, 'kid', sealKey)).toBe('text');
    expect(sealed).not.toContain('text');
    expect(() => unseal(sealed, 'other', sealKey)).toThrow(SealBroken);
    expect(() => unseal(sealed, 'kid', new Uint8Array(32))).toThrow(SealBroken);
    expect(() => unseal('v1.AAAA', 'kid', sealKey)).toThrow(SealBroken);
  });
});
