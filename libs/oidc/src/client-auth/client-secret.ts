import { hmacSha256, randomSecret, type EpochSeconds } from '@portico/endpoint';
import type { PasswordHasher } from '@portico/sso';
import type { ClientSecret } from '../client.js';

/** Is one of these readings one of the client's secrets that hold now? */
export type SecretVerifier = (
  readings: readonly string[],
  secrets: readonly ClientSecret[],
  at: EpochSeconds,
) => Promise<boolean>;

const remembered = 10_000;

/**
 * Compares secrets with their slow hashes, and remembers what fitted by a keyed hash: the same client does not pay for
 * argon2id on every request. The memory is bounded, holds no secret, and dies with the process.
 */
export const secretVerifier = (passwords: PasswordHasher): SecretVerifier => {
  const key = randomSecret();
  const fitted = new Set<string>();
  const remember = (mark: string): void => {
    const [oldest] = fitted.size >= remembered ? fitted : [];
    if (oldest !== undefined) fitted.delete(oldest);
    fitted.add(mark);
  };
  const fits = async (reading: string, hash: string): Promise<boolean> => {
    const mark = hmacSha256(key, `${hash} ${reading}`);
    if (fitted.has(mark)) return true;
    const right = await passwords.verify(reading, hash);
    if (right) remember(mark);
    return right;
  };
  return async (readings, secrets, at) => {
    const holding = secrets.filter(({ expiresAt = Infinity }) => expiresAt > at);
    if (holding.length === 0) await passwords.verify(readings[0] ?? '', undefined);
    for (const { hash } of holding) for (const reading of readings) if (await fits(reading, hash)) return true;
    return false;
  };
};
