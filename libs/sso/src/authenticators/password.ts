import { sha256, type Clock } from '@portico/endpoint';
import { comparable } from '../subject.js';
import type { AccountStore, AttemptLimit, AttemptStore, PasswordHasher } from '../ports.js';
import { tallied, type Authenticator, type TallyNeeds } from './authenticator.js';

/** What checking a password takes. */
export interface PasswordNeeds extends TallyNeeds {
  readonly accounts: AccountStore;
  readonly attempts: AttemptStore;
  readonly passwords: PasswordHasher;
  readonly clock: Clock;
}

/** Guesses at one account, from wherever they come. @see NIST SP 800-63B §5.2.2 (at most 100 in a row) */
const attemptsPerAccount: AttemptLimit = { attempts: 10, seconds: 900 };
/** Guesses from one address, at whichever accounts: an office behind one address still gets in. */
const attemptsPerAddress: AttemptLimit = { attempts: 100, seconds: 900 };

const name = 'password';

/** User name, e-mail address or phone number, with a password. @see RFC 8176 §2 (pwd) */
export const passwordAuthenticator = (needs: PasswordNeeds): Authenticator => tallied(checkingPasswords(needs), needs);

const checkingPasswords = (needs: PasswordNeeds): Authenticator => ({
  name,
  authenticate: async ({ identifier = '', password = '' }, by) => {
    const { accounts, attempts, passwords, clock } = needs;
    const account = `account ${sha256(comparable(identifier.trim()))}`;
    const address = `address ${sha256(by.ip ?? '')}`;
    const waits = await Promise.all([
      attempts.take(account, attemptsPerAccount, clock()),
      attempts.take(address, attemptsPerAddress, clock()),
    ]);
    const retryAfterSeconds = Math.max(...waits);
    if (retryAfterSeconds > 0) return { fault: 'too_many_attempts', retryAfterSeconds };

    const known = await accounts.findByIdentifier(identifier.trim());
    // Also for an unknown person: the answer must take as long.
    const fits = await passwords.verify(password, known?.passwordHash);
    if (!known || !fits) {
      await attempts.failed({ authenticator: name, ...(known ? { subject: known.account.subject } : {}) }, by);
      return { fault: 'wrong_credentials' };
    }
    // The address keeps its other guesses: one account that is known must not pay for guessing at the rest.
    await Promise.all([attempts.forget(account), attempts.giveBack(address)]);
    return { subject: known.account.subject, amr: ['pwd'] };
  },
});
