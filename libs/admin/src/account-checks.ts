import { givenOf, type EntryCheck } from './entry.js';

const onePassword: EntryCheck = (account) => {
  const [first, ...more] = givenOf(account, ['password', 'password_file', 'password_hash']);
  return more.map((name) => [[name], `must be left out beside ${String(first)}`]);
};

/** What an account's settings must have among themselves. @see OpenID Connect Core 1.0 §5.1 */
export const accountChecks: readonly EntryCheck[] = [onePassword];
