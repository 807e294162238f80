import type { Settings } from '@portico/config';
import type { EpochSeconds } from '@portico/endpoint';
import type { AccessKey, Client, ClientSecret } from '@portico/oidc';
import type { AccountWithPassword } from '@portico/sso';

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

/** Writes what administrators decide. */
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
  /** False where there is no such account. */
  setPassword(username: string, passwordHash: string): Promise<boolean>;
}
