import type { Fact } from '@portico/contracts';
import type { Caller, ClientOnPage, EpochSeconds, When } from '@portico/endpoint';
import type { Consent } from './consent.js';
import type { Answers, Interaction, Prompt } from './interaction.js';
import type { Participant, Session, SessionKey, SessionWithClients } from './session.js';
import type { Account, AccountWithPassword } from './subject.js';

/** Reads the people who can sign in. */
export interface AccountStore {
  find(subject: string): Promise<Account | undefined>;
  /** By user name, e-mail address or phone number; letters compare without case. */
  findByIdentifier(identifier: string): Promise<AccountWithPassword | undefined>;
}

/** Keeps sign-in sessions; the browser holds a secret of which only the hash is stored. */
export interface SessionStore {
  /** One statement, with `signed_in` in the audit log. */
  start(session: Session, secretHash: string, by?: Caller): Promise<void>;
  /**
   * The live session of that secret: neither ended, nor expired, nor idle for too long at `at`. That is a use of it, which
   * is noted every so often (`useNotedEverySeconds`).
   */
  find(secretHash: string, at: EpochSeconds): Promise<Session | undefined>;
  /** The live session of that name, for whoever shows a token of it; no use of it. */
  findBySid(sid: string, at: EpochSeconds): Promise<Session | undefined>;
  /**
   * The person signed in again: same session, new secret, new `authTime`, and `signed_in` in the audit log. False, and
   * nothing changed, where it has ended meanwhile.
   */
  renew(session: Session, secretHash: string, by?: Caller): Promise<boolean>;
  /**
   * One statement: ends the session, revokes what hung on it (authorizations without `offline_access`), appends
   * `sessionEnded` and answers it, and `session_ended` to the audit log. Undefined where it had ended already.
   */
  end(sid: string, reason: string, when: When): Promise<Fact | undefined>;
  /** The clients that got something in it, the latest first; also once it is over, while it is kept. */
  participants(session: SessionKey): Promise<Participant[]>;
  /** The live sessions of a person, the newest first; as many as `listedSessions` says. */
  ofSubject(subject: string, at: EpochSeconds): Promise<SessionWithClients[]>;
}

/** Tells of clients what the pages show of them; each protocol has its own. */
export interface ClientsOnPages {
  find(clientId: string): Promise<ClientOnPage | undefined>;
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
  /** Adds the scopes to those remembered, and `consent_granted` to the audit log. */
  remember(consent: Consent, by?: Caller): Promise<void>;
}

/** So many attempts in so many seconds. */
export interface AttemptLimit {
  readonly attempts: number;
  readonly seconds: number;
}

/** A sign-in that did not succeed. What was typed as the identifier may be a password, and is not kept. */
export interface FailedSignIn {
  /** The name of the authenticator that was asked. */
  readonly authenticator: string;
  /** Whose account it was, where there is one. */
  readonly subject?: string;
}

/** Counts attempts, to slow guessing down. Buckets are hashes: neither an identifier nor an address is stored. */
export interface AttemptStore {
  /** Counts one more attempt; answers the seconds until the next is allowed, 0 where this one is. One atomic statement. */
  take(bucket: string, limit: AttemptLimit, at: EpochSeconds): Promise<number>;
  /** Takes one attempt back: it was none of those that are counted to slow guessing down. */
  giveBack(bucket: string): Promise<void>;
  /** Forgets the attempts of a bucket: the person has signed in. */
  forget(bucket: string): Promise<void>;
  /** Appends `sign_in_failed` to the audit log: at most as often as attempts are allowed. */
  failed(signIn: FailedSignIn, by: Caller): Promise<void>;
}

/** Compares a password with a hash, off the event loop. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Takes the same time for an absent hash as for a wrong password. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}
