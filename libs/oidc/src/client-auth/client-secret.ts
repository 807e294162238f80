import { hmacSha256, randomSecret, sameText, type EpochSeconds } from '@portico/endpoint';
import type { PasswordHasher } from '@portico/sso';
import { readableSecrets } from '../client-secrets.js';
import type { Client, ClientSecret } from '../client.js';
import type { Claimed, Credentials, ProofNeeds } from './client-authentication.js';

/** Is one of these readings one of the client's hashed secrets that hold now? */
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
    const hashes = holding.flatMap(({ hash }) => hash ?? []);
    if (hashes.length === 0) await passwords.verify(readings[0] ?? '', undefined);
    for (const hash of hashes) for (const reading of readings) if (await fits(reading, hash)) return true;
    return false;
  };
};

/**
 * Proves a client by its secret itself. One that is stored sealed is compared first: it costs nothing, and a wrong one
 * still takes as long as any other.
 * @see RFC 6749 §2.3.1
 */
export const proveBySecret = async (
  { secrets: readings }: Credentials,
  { client }: Claimed,
  needs: ProofNeeds,
): Promise<Client | undefined> => {
  const at = needs.clock();
  const readable = client ? readableSecrets(client, at, needs) : [];
  const same = readable.find(({ text }) => readings.some((reading) => sameText(reading, text)));
  if (client && same) return { ...client, secrets: [same.stored] };
  return (await needs.verifySecret(readings, client?.secrets ?? [], at)) ? client : undefined;
};
