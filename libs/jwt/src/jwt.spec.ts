import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import {
  compactDecrypt,
  createLocalJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  type JSONWebKeySet,
} from 'jose';
import {
  encryptJwt,
  generateKey,
  isEncrypted,
  keysFor,
  openKeySet,
  publicJwkSchema,
  publicKeyOf,
  readJwks,
  seal,
  SealBroken,
  signingAlgorithm,
  signJwt,
  signWithSecret,
  unseal,
  verifyJwt,
  verifySignature,
} from './index.js';

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

describe('secrets and keys of clients', () => {
  // RFC 7515 Appendix A.1: the key, and the JWT that was made with it.
  const a1Key = Buffer.from(
    'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
    'base64url',
  );
  const payload = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ';
  const a1 = `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${payload}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`;
  // RFC 7515 Appendix A.3.
  const a3Key = publicJwkSchema.parse({
    kty: 'EC',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  });
  const a3 = `eyJhbGciOiJFUzI1NiJ9.${payload}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`;
  const joe = { iss: 'joe', exp: 1300819380, 'http://example.com/is_root': true };

  it('RFC 7515 Appendix A.1, Appendix A.3: the examples verify, and nothing else does', async () => {
    expect(await verifySignature(a1, a1Key, 'HS256')).toEqual(joe);
    expect(await verifySignature(a3, publicKeyOf(a3Key), 'ES256')).toEqual(joe);
    expect(await verifySignature(a1, a1Key.subarray(1), 'HS256')).toBeUndefined();
    expect(await verifySignature(a3, publicKeyOf(a3Key), 'EdDSA')).toBeUndefined();
    expect(await verifySignature(a1, publicKeyOf(a3Key), 'HS256')).toBeUndefined();
    expect(await verifySignature(a1.slice(0, -1), a1Key, 'HS256')).toBeUndefined();
  });

  it('OpenID Connect Core 1.0 §10.1: the octets of the secret are the key', async () => {
    const token = signWithSecret({ sub: 'a' }, 'JWT', 'a secret of more than thirty-two bytes: ÄÖÜ');
    const { payload } = await jwtVerify(token, Buffer.from('a secret of more than thirty-two bytes: ÄÖÜ', 'utf8'));
    expect(payload).toEqual({ sub: 'a' });
  });

  it('RFC 7516: only the private key reads what is encrypted, and a changed text is not read', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { extractable: true });
    const jwk = publicJwkSchema.parse({ ...(await exportJWK(publicKey)), kid: 'k' });
    const text = await encryptJwt('inside', { alg: 'ECDH-ES', enc: 'A256GCM', jwk, nested: true });
    const { plaintext, protectedHeader } = await compactDecrypt(text, privateKey);
    expect(new TextDecoder().decode(plaintext)).toBe('inside');
    expect(protectedHeader).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM', cty: 'JWT', typ: 'JWT', kid: 'k' });
    expect(isEncrypted(text)).toBe(true);
    await expect(compactDecrypt(`${text.slice(0, -3)}AAA`, privateKey)).rejects.toThrow();
    await expect(compactDecrypt(text, (await generateKeyPair('ECDH-ES')).privateKey)).rejects.toThrow();
  });

  it.each<[string, object]>([
    ['a private key', { ...a3Key, d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI' }],
    ['a symmetric key', { kty: 'oct', k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMko' }],
    ['a point that is on no curve', { ...a3Key, y: a3Key.x }],
    ['RSA of 1024 bits', generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })],
    ['half a key', { kty: 'EC', crv: 'P-256', x: a3Key.x }],
  ])('RFC 7517 §4: %s is not taken', (_, jwk) => {
    expect(publicJwkSchema.safeParse(jwk).success).toBe(false);
    expect(readJwks({ keys: [jwk, a3Key] }).keys).toEqual([a3Key]);
  });

  it.each([undefined, null, 'x', [], {}, { keys: 'x' }, { keys: [null, 1, []] }])(
    'RFC 7517 §5: %j is a set without keys',
    (value) => expect(readJwks(value)).toEqual({ keys: [] }),
  );

  it('RFC 7517 §4: a key serves its kind, its use, its algorithm and its name', () => {
    const find = (jwk: object, kid?: string) =>
      keysFor(readJwks({ keys: [{ ...a3Key, ...jwk }] }), { alg: 'ES256', kid }).length;
    expect([find({}), find({ use: 'sig' }), find({ alg: 'ES256' }), find({ kid: 'a' }, 'a'), find({}, 'a')]).toEqual([
      1, 1, 1, 1, 1,
    ]);
    expect([find({ use: 'enc' }), find({ alg: 'ECDH-ES' }), find({ kid: 'a' }, 'b')]).toEqual([0, 0, 0]);
    const set = readJwks({ keys: [a3Key] });
    expect([keysFor(set, { alg: 'RS256' }), keysFor(set, { alg: 'EdDSA' })]).toEqual([[], []]);
    expect(keysFor(set, { alg: 'ECDH-ES' })).toHaveLength(1);
  });
});
