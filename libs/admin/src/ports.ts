import type { Settings } from '@portico/config';
import type { EpochSeconds } from '@portico/endpoint';
import type { Client, ClientSecret } from '@portico/oidc';
import type { AccountWithPassword } from '@portico/sso';

/** What an apply did to one thing. */
export interface Change {
  readonly kind: 'client' | 'account' | 'setting';
  /** The client's id, the account's user name, the setting's name. */
  readonly name: string;
  readonly change: 'created' | 'updated' | 'unchanged';
}

/** A user name, e-mail address or phone number that another account has. */
export class Taken extends Error {
  override readonly name = 'Taken';
  constructor(
    readonly field: 'username' | 'email' | 'phone_number',
    readonly account: string,
  ) {
    super(`${field} of account ${account} belongs to another account`);
  }
}

/** Writes what administrators decide. */
export interface Registrations {
  clients(): Promise<Client[]>;
  accounts(): Promise<AccountWithPassword[]>;
  /** Those that were set. */
  settings(): Promise<Partial<Settings>>;
  /**
   * One transaction: creates or replaces the clients by id and the accounts by subject, and sets the settings;
   * nothing changes where one is refused.
   * @throws Taken an identifier belongs to another account
   */
  save(
    clients: readonly Client[],
    accounts: readonly AccountWithPassword[],
    settings?: Partial<Settings>,
  ): Promise<void>;
  /** Adds a secret and lets those before end at `overlapEndsAt`; false where there is no such client. */
  rotateSecret(clientId: string, secret: ClientSecret, overlapEndsAt: EpochSeconds): Promise<boolean>;
  /** False where there is no such account. */
  setPassword(username: string, passwordHash: string): Promise<boolean>;
}
