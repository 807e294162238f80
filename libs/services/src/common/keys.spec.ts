import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { SealBroken, type PasswordKey } from '@portico/jwt';
import { memoryStores } from '@portico/local';
import { heldKeys } from './keys.js';

const stores = memoryStores();
const first = { pairwise: new Uint8Array(32).fill(1), refresh: new Uint8Array(32).fill(2) };
const keysOf = (sealKey: Uint8Array = new Uint8Array(32).fill(7)) =>
  heldKeys({ ...stores, sealKey, first, clock: () => 1 });
const open = async (sealKey?: Uint8Array): Promise<PasswordKey> => {
  const keys = keysOf(sealKey);
  await keys.establish();
  return keys.password();
};

const length = 256;
const block = (padding: number[], message: number[]) => Uint8Array.from([0, 2, ...padding, 0, ...message]);
const filled = (count: number) => Array.from({ length: count }, (_, at) => (at % 255) + 1);
const bytesOf = (text: string) => [...Buffer.from(text)];
const padded = (text: string) => block(filled(length - 3 - text.length), bytesOf(text));

describe('the password key', () => {
  let key: PasswordKey;
  beforeAll(async () => void (key = await open()));

  const raw = (em: Uint8Array) => publicEncrypt({ key: key.publicPem, padding: constants.RSA_NO_PADDING }, em);
  const encrypted = (text: string) =>
    publicEncrypt({ key: key.publicPem, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(text));
  const nobodys = /^[A-Za-z0-9_-]{43}$/;

  it('is not there before it was established', () => {
    expect(() => keysOf().password()).toThrow('not established yet');
  });

  it('is RSA with 2048 bits, in PEM', () => {
    expect(key.publicPem).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    expect(createPublicKey(key.publicPem).asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
  });

  it('is established once, and kept sealed', async () => {
    const again = await open();
    expect(again.publicPem).toBe(key.publicPem);
    const stored = await stores.passwordKeys.find();
    expect(Object.keys(stored!.publicJwk).sort()).toEqual(['e', 'kty', 'n']);
    expect(stored!.sealedPrivateJwk).toMatch(/^v1\./);
    await expect(open(new Uint8Array(32))).rejects.toThrow(SealBroken);
    expect((await stores.keys.list()).map(({ kid }) => kid)).not.toContain(stored!.kid);
  });

  it.each(['a', 'correct horse', '密码 🐎', ' spaces ', 'x'.repeat(245), 'with \0 inside'])('decrypts %j', (text) => {
    expect(key.decrypt(encrypted(text).toString('base64'))).toBe(text);
    expect(key.decrypt(encrypted(text).toString('base64url'))).toBe(text);
  });

  it('RFC 8017 §4.1: leading zeros of the number may be left out, as JSEncrypt does', () => {
    let text = encrypted('short');
    while (text[0] !== 0) text = encrypted('short');
    expect(key.decrypt(text.subarray(1).toString('base64'))).toBe('short');
  });

  it.each<[string, () => string]>([
    ['no base64', () => '密码'],
    ['nothing', () => ''],
    ['another key’s, or noise', () => Buffer.alloc(length, 0x55).toString('base64')],
    ['a number beyond the key', () => Buffer.alloc(length, 0xff).toString('base64')],
    ['a number of twice its length', () => Buffer.alloc(2 * length, 0xff).toString('base64')],
    ['zero', () => Buffer.alloc(length).toString('base64')],
    [
      'one',
      () =>
        Buffer.alloc(length)
          .fill(1, length - 1)
          .toString('base64'),
    ],
    ['64 KiB', () => 'A'.repeat(65_536)],
    ['block type 1', () => raw(padded('secret').with(1, 1)).toString('base64')],
    ['padding that is too short', () => raw(block(filled(7), filled(246))).toString('base64')],
    ['padding without end', () => raw(Uint8Array.from([0, 2, ...filled(254)])).toString('base64')],
    ['an empty password, rightly padded', () => encrypted('').toString('base64')],
  ])('RFC 3218 §2.3.2: of what does not decrypt comes a password that nobody has: %s', (_what, text) => {
    const [one, other] = [key.decrypt(text()), key.decrypt(text())];
    expect(one).toMatch(nobodys);
    expect(other).toMatch(nobodys);
    expect(one).not.toBe(other);
  });
});
