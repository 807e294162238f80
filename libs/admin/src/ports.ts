import type { Settings } from '@portico/config';
import type { EpochSeconds } from '@portico/endpoint';
import type { AccessKey, Client, ClientSecret, LogoutFilter, LogoutReport } from '@portico/oidc';
import type { AccountWithPassword } from '@portico/sso';
import type { AuditCursor, AuditFilter, AuditPage } from './audit.js';

/** What an apply did to one thing. */
export interface Change {
  readonly kind: 'client' | 'access key' | 'account' | 'setting';
  /** The client's id, the access key's, the account's user name, the setting's name. */
  readonly name: string;
  readonly change: 'created' | 'updated' | 'unchanged';
}

/** A user name, e-mail address or phone number that another account has, or an access key that another client has. */
export class Taken extends Error {
  override readonly name = 'Taken';
  constructor(
    readonly field: 'username' | 'email' | 'phone_number' | 'access_key',
    /** Whoever claims it: the account, or the client. */
    readonly account: string,
  ) {
    super(`${field} of ${account} belongs to another`);
  }
}

/** A client with those of its access keys that are to be created or replaced; its others stay. */
export interface SavedClient extends Client {
  readonly accessKeys?: readonly AccessKey[];
}

/** Writes the programmatic access keys of clients. */
export interface AccessKeys {
  list(): Promise<AccessKey[]>;
  /** False where a key or a client has that id, or there is no such client. */
  add(key: AccessKey): Promise<boolean>;
  /** Disables the key from then on, or enables it again; false where there is no such key. */
  setDisabled(id: string, disabledAt: EpochSeconds | undefined): Promise<boolean>;
  /** False where there was no such key. */
  remove(id: string): Promise<boolean>;
}

/** What clients were told, or are still to be told, of sessions that have ended. */
export interface LogoutDeliveries {
  /** The newest first, at most `limit`. */
  list(filter: LogoutFilter, limit: number): Promise<LogoutReport[]>;
  /** Tries those anew that had failed, as if the session had ended at `at`; answers how many. */
  retry(filter: Omit<LogoutFilter, 'state'>, at: EpochSeconds): Promise<number>;
}

/** Reads the audit log. */
export interface AuditLog {
  /** The newest first; a look-up never reads beyond the times of the filter. */
  list(filter: AuditFilter, page: AuditCursor): Promise<AuditPage>;
}

/** Writes what administrators decide; each with its event in the audit log, in the same step. */
export interface Registrations {
  readonly accessKeys: AccessKeys;
  clients(): Promise<Client[]>;
  accounts(): Promise<AccountWithPassword[]>;
  /** Those that were set. */
  settings(): Promise<Partial<Settings>>;
  /**
   * One transaction: creates or replaces the clients by id, with their access keys, and the accounts by subject, and
   * sets the settings; nothing changes where one is refused.
   * @throws Taken an identifier belongs to another account, or an access key to another client
   */
  save(
    clients: readonly SavedClient[],
    accounts: readonly AccountWithPassword[],
    settings?: Partial<Settings>,
  ): Promise<void>;
  /** Adds a secret and lets those before end at `overlapEndsAt`; false where there is no such client. */
  rotateSecret(clientId: string, secret: ClientSecret, overlapEndsAt: EpochSeconds): Promise<boolean>;
  /**
   * One transaction: sets the password and ends the sessions of that person, each with what hung on it; answers those, or
   * undefined where there is no such account.
   */
  setPassword(username: string, passwordHash: string, at: EpochSeconds): Promise<readonly string[] | undefined>;
  /**
   * One transaction: ends the sessions of that person and whatever clients were let do for them until `at`, and appends
   * `subjectRevoked`; answers the sessions, or undefined where there is no such account.
   */
  signOut(username: string, at: EpochSeconds): Promise<readonly string[] | undefined>;
  /** One statement: ends whatever was issued to the client until `at`, and appends `clientRevoked`; false: no such client. */
  revokeClient(clientId: string, at: EpochSeconds): Promise<boolean>;
}
