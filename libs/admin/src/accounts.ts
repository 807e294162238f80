import type { Clock } from '@portico/endpoint';
import type { Account, PasswordHasher } from '@portico/sso';
import { passwordSchema } from './declaration.js';
import { fault } from './faults.js';
import { newSubject } from './generate.js';
import { parseAccount } from './parse-one.js';
import { Taken, type Registrations } from './ports.js';

interface Needs {
  readonly registrations: Registrations;
  readonly passwords: Pick<PasswordHasher, 'hash'>;
  readonly clock: Clock;
}

/**
 * Registers a person who can sign in: `username`, `password`, `subject` where it is not to be generated, and claims.
 * @see OpenID Connect Core 1.0 §5.1
 * @throws DeclarationError a setting does not fit, or an identifier belongs to another account
 */
export const createAccount = async (
  settings: Readonly<Record<string, unknown>>,
  { registrations, passwords, clock }: Needs,
): Promise<Account> => {
  const { username, claims, subject = newSubject(), password } = parseAccount(settings);
  const account = { subject, username, claims, updatedAt: clock() };
  const others = (await registrations.accounts()).map((other) => other.account);
  if (others.some((other) => other.subject === subject)) throw fault('subject', 'belongs to another account');
  const text = password && 'text' in password ? await passwords.hash(password.text) : password?.hash;
  try {
    await registrations.save([], [{ account, ...(text !== undefined && { passwordHash: text }) }]);
  } catch (error) {
    throw error instanceof Taken ? fault(error.field, 'belongs to another account') : error;
  }
  return account;
};

/**
 * Gives a person another password, and ends the sessions that began with the one before.
 * @see OpenID Connect Core 1.0 §3.1.2.3, OWASP ASVS 5.0 §7.4.3
 * @throws DeclarationError there is no such account, or the password does not fit
 */
export const setPassword = async (
  { username, password }: { username: string; password: string },
  { registrations, passwords, clock }: Needs,
): Promise<readonly string[]> => {
  const result = passwordSchema.safeParse(password);
  if (!result.success) throw fault('password', 'must have 1 to 1024 bytes');
  const hash = await passwords.hash(result.data);
  const ended = await registrations.setPassword(username, hash, clock());
  if (!ended) throw fault('username', 'names no account');
  return ended;
};
