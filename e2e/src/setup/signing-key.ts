import { createECDH, createHash } from 'node:crypto';

// Always the same: the set-up and the tests are processes of their own.
const pair = createECDH('prime256v1');
pair.setPrivateKey(createHash('sha256').update('the key of the applications that sign').digest());
const point = pair.getPublicKey();
const text = (bytes: Buffer): string => bytes.toString('base64url');

/** The key with which applications of the tests sign, as they register it. */
export const publicJwk = {
  kty: 'EC',
  crv: 'P-256',
  x: text(point.subarray(1, 33)),
  y: text(point.subarray(33)),
  kid: 'applications',
};

/** The same with its private half. */
export const privateJwk = { ...publicJwk, d: text(pair.getPrivateKey()) };
