import type { EpochSeconds } from '@portico/endpoint';
import type { Consent } from './consent.js';
import type { Answers, Interaction, Prompt } from './interaction.js';
import type { Session } from './session.js';
import type { Account, AccountWithPassword } from './subject.js';

/** Reads the people who can sign in. */
export interface AccountStore {
  find(subject: string): Promise<Account | undefined>;
  /** By user name, e-mail address or phone number; letters compare without case. */
  findByIdentifier(identifier: string): Promise<AccountWithPassword | undefined>;
}

/** Keeps sign-in sessions; the browser holds a secret of which only the hash is stored. */
export interface SessionStore {
  start(session: Session, secretHash: string): Promise<void>;
  /** The live session of that secret: neither ended nor expired at `at`. */
  find(secretHash: string, at: EpochSeconds): Promise<Session | undefined>;
  /** The person signed in again: same session, new secret, new `authTime`. False where it has ended meanwhile. */
  renew(session: Session, secretHash: string): Promise<boolean>;
  /**
   * One transaction: ends the session, revokes what hung on it (authorizations without `offline_access`), appends
   * `sessionEnded`. False where it had ended already.
   */
  end(sid: string, reason: string, at: EpochSeconds): Promise<boolean>;
  /** The ids of the clients that got something in it, the latest first. */
  participants(sid: string): Promise<string[]>;
}

/** Keeps what a person is being asked. */
export interface InteractionStore {
  open(interaction: Interaction): Promise<void>;
  /** The open interaction of that id: neither closed nor expired at `at`. */
  find(id: string, at: EpochSeconds): Promise<Interaction | undefined>;
  /** Asks the next question in the same interaction. */
  ask(id: string, prompt: Prompt): Promise<void>;
  /** Adds to the answers (per prompt, the later one stands); false where it is no longer open at `at`. */
  answer(id: string, answers: Answers, at: EpochSeconds): Promise<boolean>;
  /** Ends it; true for the one caller that did. */
  close(id: string, at: EpochSeconds): Promise<boolean>;
}

/** Remembers what a person has approved for a client. */
export interface ConsentStore {
  find(subject: string, clientId: string): Promise<Consent | undefined>;
  /** Adds the scopes to those remembered. */
  remember(consent: Consent): Promise<void>;
}

/** So many attempts in so many seconds. */
export interface AttemptLimit {
  readonly attempts: number;
  readonly seconds: number;
}

/** Counts attempts, to slow guessing down. Buckets are hashes: neither an identifier nor an address is stored. */
export interface AttemptStore {
  /** Counts one more attempt; answers the seconds until the next is allowed, 0 where this one is. One atomic statement. */
  take(bucket: string, limit: AttemptLimit, at: EpochSeconds): Promise<number>;
  /** Takes one attempt back: it was none of those that are counted to slow guessing down. */
  giveBack(bucket: string): Promise<void>;
  /** Forgets the attempts of a bucket: the person has signed in. */
  forget(bucket: string): Promise<void>;
}

/** Compares a password with a hash, off the event loop. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Takes the same time for an absent hash as for a wrong password. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}
