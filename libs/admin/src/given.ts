import type { PasswordHasher } from '@portico/sso';
import type { Given } from './declaration.js';

/** The hash to store of what was declared. */
export const hashOf = async (secret: Given, passwords: Pick<PasswordHasher, 'hash'>): Promise<string> =>
  'hash' in secret ? secret.hash : passwords.hash(secret.text);

/** A hash by argon2id is another one each time: only a comparison tells whether the secret is the one we have. */
export const fits = async (
  secret: Given,
  hash: string | undefined,
  passwords: Pick<PasswordHasher, 'verify'>,
): Promise<boolean> => {
  if (hash === undefined) return false;
  return 'hash' in secret ? secret.hash === hash : passwords.verify(secret.text, hash);
};
