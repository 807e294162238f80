import type { Registrations } from '@portico/admin';
import type { Fact } from '@portico/contracts';
import type { KeyStore } from '@portico/jwt';
import type { AccessKeyStore, ClientStore, DeviceStore, ReplayStore, TokenStore } from '@portico/oidc';
import type { AccountStore, AttemptStore, ConsentStore, InteractionStore, SessionStore } from '@portico/sso';

/** Every store of the rules, on one kind of storage. */
export interface Stores {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly interactions: InteractionStore;
  readonly consents: ConsentStore;
  readonly attempts: AttemptStore;
  readonly clients: ClientStore;
  readonly accessKeys: AccessKeyStore;
  readonly tokens: TokenStore;
  readonly devices: DeviceStore;
  readonly replays: ReplayStore;
  readonly keys: KeyStore;
  readonly registrations: Registrations;
}

/** Stores under test. */
export interface OpenStores extends Stores {
  /** The facts appended so far, in order. */
  facts(): Promise<readonly Fact[]>;
  close(): Promise<void>;
}
