import type { AuditLog, LogoutDeliveries, Registrations } from '@portico/admin';
import type { Fact } from '@portico/contracts';
import type { InstallationKeyStore, KeyStore, PasswordKeyStore, Seals } from '@portico/jwt';
import type {
  AccessKeyStore,
  ClientStore,
  DeviceStore,
  LogoutDeliveryStore,
  PublishedRevocations,
  RemoteKeys,
  ReplayStore,
  TokenStore,
} from '@portico/oidc';
import type { AccountStore, AttemptStore, ConsentStore, InteractionStore, SessionStore } from '@portico/sso';
import { accessKeyStore } from './access-keys.js';
import { attemptStore } from './attempts.js';
import { auditLog } from './audit.js';
import { consentStore } from './consents.js';
import { deviceStore } from './devices.js';
import { installationKeyStore } from './installation-keys.js';
import { interactionStore } from './interactions.js';
import { keyStore } from './keys.js';
import { logoutDeliveries, logoutDeliveryStore } from './logout-deliveries.js';
import { passwordKeyStore } from './password-keys.js';
import { publishedRevocations } from './published-revocations.js';
import { accountStore, clientStore, registrations } from './registrations.js';
import { remoteKeys } from './remote-keys.js';
import { replayStore } from './replays.js';
import { seals } from './seals.js';
import { sessionStore } from './sessions.js';
import { emptyTables } from './tables.js';
import { tokenStore } from './tokens.js';

/** Every store of the rules in memory, for their tests; `registrations.save` seeds them. */
export interface MemoryStores {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly interactions: InteractionStore;
  readonly consents: ConsentStore;
  readonly attempts: AttemptStore;
  readonly clients: ClientStore;
  readonly accessKeys: AccessKeyStore;
  readonly tokens: TokenStore;
  readonly devices: DeviceStore;
  readonly deliveries: LogoutDeliveryStore;
  readonly logoutDeliveries: LogoutDeliveries;
  readonly publishedRevocations: PublishedRevocations;
  readonly replays: ReplayStore;
  readonly remoteKeys: RemoteKeys;
  /** What clients publish: a key set under its URI. */
  readonly published: Map<string, unknown>;
  readonly keys: KeyStore;
  readonly passwordKeys: PasswordKeyStore;
  readonly installationKeys: InstallationKeyStore;
  readonly seals: Seals;
  readonly registrations: Registrations;
  readonly auditLog: AuditLog;
  /** What the outbox would hold, in order. */
  readonly facts: readonly Fact[];
}

export const memoryStores = (): MemoryStores => {
  const tables = emptyTables();
  return {
    accounts: accountStore(tables),
    sessions: sessionStore(tables),
    interactions: interactionStore(tables),
    consents: consentStore(tables),
    attempts: attemptStore(tables),
    clients: clientStore(tables),
    accessKeys: accessKeyStore(tables),
    tokens: tokenStore(tables),
    devices: deviceStore(tables),
    deliveries: logoutDeliveryStore(tables),
    logoutDeliveries: logoutDeliveries(tables),
    publishedRevocations: publishedRevocations(tables),
    replays: replayStore(tables),
    remoteKeys: remoteKeys(tables),
    published: tables.published,
    keys: keyStore(tables),
    passwordKeys: passwordKeyStore(tables),
    installationKeys: installationKeyStore(tables),
    seals: seals(tables),
    registrations: registrations(tables),
    auditLog: auditLog(tables),
    facts: tables.facts,
  };
};
