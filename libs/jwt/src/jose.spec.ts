import { describe, expect, it } from '@jest/globals';
import { createHash, createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { compactDecrypt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import {
  contentEncryption,
  encryptionAlgorithm,
  encryptJwt,
  generateKey,
  isEncrypted,
  keysFor,
  openKeySet,
  publicJwkSchema,
  readJwks,
  shortestSecretBytes,
  signingAlgorithm,
  signJwt,
  signWithSecret,
  verifyJwt,
  verifySignature,
} from './index.js';

const sealKey = new Uint8Array(32).fill(7);
const at = 1_700_000_000;
const issuer = 'https://id.example.test/oidc';
const stored = await Promise.all(signingAlgorithm.options.map((alg) => generateKey(alg, sealKey, at)));
const keys = openKeySet(stored, sealKey, at);
const claims = { iss: issuer, sub: 'alice', iat: at, name: '李雷 ü \u{1F600}' };
const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const publicKeyFor = (token: string) => keys.verification(String(decodeProtectedHeader(token).kid))!.publicKey;

describe('RFC 7515 §5.1, RFC 7519 §7.1: what is signed', () => {
  it.each(signingAlgorithm.options)(
    '§7.1, §4.1.1, §4.1.4: %s: three parts, with alg and kid in the first',
    async (alg) => {
      const token = await signJwt(claims, 'JWT', keys.signing(alg));
      expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
      expect(decodeProtectedHeader(token)).toEqual({ alg, typ: 'JWT', kid: keys.signing(alg).kid });
    },
  );

  it.each([
    ['RFC 7518 §3.3: RS256: as long as its key of 2048 bits', 'RS256', 256],
    ['RFC 7518 §3.4: ES256: R and S, 32 octets each', 'ES256', 64],
    ['RFC 7518 §3.5: PS256: as long as its key', 'PS256', 256],
    ['RFC 8037 §3.1: EdDSA: 64 octets', 'EdDSA', 64],
  ] as const)('%s', async (_, alg, octets) => {
    const token = await signJwt(claims, 'JWT', keys.signing(alg));
    expect(Buffer.from(token.split('.')[2] ?? '', 'base64url')).toHaveLength(octets);
    await expect(jwtVerify(token, publicKeyFor(token), { algorithms: [alg] })).resolves.toMatchObject({
      payload: claims,
    });
  });

  it('RFC 8725 §3.7: claims are UTF-8, there and back', async () => {
    const token = await signJwt(claims, 'JWT', keys.signing('ES256'));
    expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')).toBe(JSON.stringify(claims));
    expect(await verifyJwt(token, keys, { typ: 'JWT', issuer })).toEqual(claims);
  });

  it('RFC 7638 §3: kid is the thumbprint of the key', () => {
    const members = { RSA: ['e', 'kty', 'n'], EC: ['crv', 'kty', 'x', 'y'], OKP: ['crv', 'kty', 'x'] };
    for (const { publicJwk, kid } of stored) {
      const jwk = publicJwk as Record<string, string>;
      const required = members[jwk.kty as keyof typeof members].map((name) => [name, jwk[name]]);
      const text = JSON.stringify(Object.fromEntries(required));
      expect(kid).toBe(createHash('sha256').update(text).digest('base64url'));
    }
  });

  it('RFC 8725 §3.2, §3.5: no algorithm that is none, no secret under 32 octets', () => {
    expect(signingAlgorithm.options).toEqual(['RS256', 'PS256', 'ES256', 'EdDSA']);
    expect(shortestSecretBytes).toBe(32);
  });
});

describe('RFC 7515 §5.2, RFC 7519 §7.2: what is verified', () => {
  const secret = 'a secret of at least thirty-two bytes';
  const key = Buffer.from(secret);
  const forged = (payload: string, header: object = { alg: 'HS256' }) => {
    const input = `${part(header)}.${part(payload)}`;
    return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
  };

  it('RFC 8725 §3.3: every character of it counts', async () => {
    const token = signWithSecret({ sub: 'a' }, 'JWT', secret);
    expect(await verifySignature(token, key, 'HS256')).toEqual({ sub: 'a' });
    for (let index = 0; index < token.length - 1; index += 1) {
      const changed = `${token.slice(0, index)}${token[index] === 'A' ? 'B' : 'A'}${token.slice(index + 1)}`;
      expect(await verifySignature(changed, key, 'HS256')).toBeUndefined();
    }
  });

  it.each<[string, string]>([
    ['a list', '[{"sub":"a"}]'],
    ['a text', '"sub"'],
    ['null', 'null'],
    ['no JSON', '{"sub":'],
    ['nothing', ''],
  ])('RFC 7519 §7.2: claims that are %s are none', async (_, payload) =>
    expect(await verifySignature(forged(payload), key, 'HS256')).toBeUndefined(),
  );

  it('RFC 8725 §3.7: nor are those that are not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('{"sub":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    const input = `${part({ alg: 'HS256' })}.${bytes.toString('base64url')}`;
    const token = `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
    expect(await verifySignature(token, key, 'HS256')).toBeUndefined();
  });

  it('RFC 7515 §5.2: a header that is critical and not understood refuses the whole', async () => {
    expect(
      await verifySignature(forged('{"sub":"a"}', { alg: 'HS256', crit: ['x'], x: 1 }), key, 'HS256'),
    ).toBeUndefined();
  });

  it('RFC 8725 §3.10: no key comes out of the header, and kid is looked up among ours alone', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = publicKey.export({ format: 'jwk' });
    const kid = keys.signing('ES256').kid;
    for (const header of [
      { kid, jwk },
      { kid, jku: 'https://evil.example.test/jwks' },
      { kid: '__proto__' },
      { kid: '../../../dev/null' },
      { kid: "' OR 1=1 --", jwk },
      { jwk },
    ]) {
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: 'JWT', ...header })
        .sign(privateKey);
      expect(await verifyJwt(token, keys, { typ: 'JWT', issuer })).toBeUndefined();
    }
  });

  it('RFC 8725 §3.12: an access token is no ID Token, and the other way round', async () => {
    const types = ['JWT', 'at+jwt'];
    for (const typ of types)
      for (const wanted of types) {
        const read = await verifyJwt(await signJwt(claims, typ, keys.signing('ES256')), keys, { typ: wanted, issuer });
        expect(read !== undefined).toBe(typ === wanted);
      }
  });
});

describe('RFC 7516 §5.1: what is encrypted', () => {
  const kinds: Record<string, { publicKey: KeyObject; privateKey: KeyObject }> = {
    'RSA-OAEP-256': generateKeyPairSync('rsa', { modulusLength: 2048 }),
    'ECDH-ES': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    'ECDH-ES+A128KW': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  };
  const pairs = encryptionAlgorithm.options.flatMap((alg) =>
    contentEncryption.options.map((enc) => [alg, enc] as const),
  );

  it.each(pairs)('RFC 7518 §4.3, §4.6, §5.2.3, §5.3: %s with %s is read by another library', async (alg, enc) => {
    const { publicKey, privateKey } = kinds[alg]!;
    const jwk = publicJwkSchema.parse({ ...publicKey.export({ format: 'jwk' }), kid: 'k' });
    const inner = await signJwt(claims, 'JWT', keys.signing('ES256'));
    const text = await encryptJwt(inner, { alg, enc, jwk, nested: true });
    const { plaintext, protectedHeader } = await compactDecrypt(text, privateKey);
    expect(new TextDecoder().decode(plaintext)).toBe(inner);
    expect(protectedHeader).toMatchObject({ alg, enc, kid: 'k' });
  });

  it('§7.1, §9, RFC 7519 §5.2, §11.2, RFC 8725 §3.6: five parts, a signed token inside, said so, not compressed', async () => {
    const { publicKey } = kinds['ECDH-ES']!;
    const jwk = publicJwkSchema.parse(publicKey.export({ format: 'jwk' }));
    const inner = await signJwt(claims, 'JWT', keys.signing('ES256'));
    const nested = await encryptJwt(inner, { alg: 'ECDH-ES', enc: 'A256GCM', jwk, nested: true });
    const plain = await encryptJwt('{}', { alg: 'ECDH-ES', enc: 'A256GCM', jwk, nested: false });
    expect(nested.split('.')).toHaveLength(5);
    expect([isEncrypted(nested), isEncrypted(inner)]).toEqual([true, false]);
    expect([decodeProtectedHeader(nested).cty, decodeProtectedHeader(plain).cty]).toEqual(['JWT', undefined]);
    expect(decodeProtectedHeader(nested)).not.toHaveProperty('zip');
  });
});

describe('RFC 8725 §3.4, §3.5: keys of others', () => {
  const point = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });

  it.each([
    ['§3.4: a point that is not on its curve', { ...point, y: point.x }],
    ['§3.4: a point of another curve', { ...point, crv: 'P-384' }],
    ['§3.5, RFC 7518 §3.3: RSA of 1024 bits', weak],
    ['§3.5: a secret', { kty: 'oct', k: part('a secret') }],
  ])('%s is not taken', (_, jwk) => expect(publicJwkSchema.safeParse(jwk).success).toBe(false));

  it('RFC 7517 §4.4: a key that names an algorithm serves no other', () => {
    const set = readJwks({ keys: [{ ...point, alg: 'ES256' }] });
    expect([keysFor(set, { alg: 'ES256' }).length, keysFor(set, { alg: 'ECDH-ES' }).length]).toEqual([1, 0]);
  });
});
