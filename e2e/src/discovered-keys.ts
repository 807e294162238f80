import { createPrivateKey, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { secret } from './setup/declaration.js';

const curves: Readonly<Record<string, string>> = {
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  ES256K: 'secp256k1',
  'ECDH-ES': 'P-256',
  'ECDH-ES+A128KW': 'P-256',
};

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const generated = (kind: string): Pair => {
  if (kind === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  if (kind === 'EdDSA') return generateKeyPairSync('ed25519');
  if (kind === 'Ed448') return generateKeyPairSync('ed448');
  return generateKeyPairSync('ec', { namedCurve: kind });
};

const pairs = new Map<string, Pair>();

/** A pair for an algorithm; algorithms of one kind share it. */
const pairFor = (alg: string): Pair => {
  const kind = /^(RS|PS)/.test(alg) ? 'rsa' : alg === 'Ed25519' ? 'EdDSA' : (curves[alg] ?? alg);
  const pair = pairs.get(kind) ?? generated(kind);
  pairs.set(kind, pair);
  return pair;
};

/** The private key of the applications for that algorithm. */
export const privateKeyFor = (alg: string): KeyObject => pairFor(alg).privateKey;

/** The public key for any algorithm of its kind. */
export const jwkOf = (alg: string) => ({ ...pairFor(alg).publicKey.export({ format: 'jwk' }) });

/** The public key for that algorithm alone. */
export const publicJwkFor = (alg: string) => ({ ...jwkOf(alg), alg, kid: alg });

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

// What the library does not sign.
const signedHere = (alg: string, payload: JWTPayload): string => {
  const content = `${encoded({ alg })}.${encoded(payload)}`;
  const key = createPrivateKey(privateKeyFor(alg).export({ type: 'pkcs8', format: 'pem' }));
  const digest = alg === 'Ed448' ? null : 'sha256';
  return `${content}.${sign(digest, Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
};

/** A JWT of an application, for an audience: an assertion, or a request object. */
export const jwtOf = async (alg: string, claims: JWTPayload): Promise<string> => {
  const now = Math.floor(Date.now() / 1_000);
  const payload = { iat: now, exp: now + 60, jti: randomUUID(), ...claims };
  if (alg === 'none') return new UnsecuredJWT(payload).encode();
  if (alg === 'ES256K' || alg === 'Ed448') return signedHere(alg, payload);
  const key = alg.startsWith('HS') ? new TextEncoder().encode(secret) : privateKeyFor(alg);
  return new SignJWT(payload).setProtectedHeader({ alg }).sign(key);
};
