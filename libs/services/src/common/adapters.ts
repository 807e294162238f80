import type { Config, Secret } from '@portico/config';
import { deriveKey, systemClock, type Clock } from '@portico/endpoint';
import type { RemoteKeys } from '@portico/oidc';
import type { PasswordHasher, ReportNeeds } from '@portico/sso';
import {
  accessKeyStore,
  accountStore,
  attemptStore,
  clientStore,
  consentStore,
  deviceStore,
  interactionStore,
  isReady,
  keyStore,
  openDatabase,
  registrations,
  replayStore,
  sessionStore,
  tokenStore,
  type Database,
} from '@portico/postgres';
import { setTimeout as pause } from 'node:timers/promises';
import type { Boot } from './boot.js';
import type { Part } from './health.js';
import { heldKeys, type Keys } from './keys.js';
import { reportTo, type Log } from './logging.js';
import { argon2Passwords } from './passwords.js';
import { isLoopback } from './public-address.js';
import { remoteKeys } from './remote-keys.js';
import { clientSecretKeyOf } from './secret.js';
import { heldSettings, type HeldSettings } from './settings.js';

/** The stores of the rules, on one database. */
export const storesOn = (database: Database) => ({
  clients: clientStore(database),
  accessKeys: accessKeyStore(database),
  tokens: tokenStore(database),
  devices: deviceStore(database),
  accounts: accountStore(database),
  sessions: sessionStore(database),
  interactions: interactionStore(database),
  consents: consentStore(database),
  attempts: attemptStore(database),
  replays: replayStore(database),
});

/** What the endpoints of a process stand on. */
export interface Adapters {
  readonly config: Config;
  readonly log: Log;
  readonly database: Database;
  readonly stores: ReturnType<typeof storesOn>;
  readonly settings: HeldSettings;
  readonly keys: Keys;
  readonly refreshKey: Uint8Array;
  readonly pairwiseKey: Uint8Array;
  readonly clientSecretKey: Uint8Array;
  readonly remoteKeys: RemoteKeys;
  /** One for the process: it bounds what is hashed at once. */
  readonly passwords: PasswordHasher;
  readonly clock: Clock;
  readonly report: ReportNeeds['report'];
}

/** Sets the adapters on an open database. */
export const adaptersOn = (
  database: Database,
  { config, log, secret }: { config: Config; log: Log; secret: Secret },
): Adapters => ({
  config,
  log,
  database,
  stores: storesOn(database),
  settings: heldSettings(registrations(database)),
  keys: heldKeys({
    keys: keyStore(database),
    sealKey: deriveKey(secret.reveal(), 'seal'),
    clock: systemClock,
  }),
  refreshKey: deriveKey(secret.reveal(), 'refresh'),
  pairwiseKey: deriveKey(secret.reveal(), 'pairwise'),
  clientSecretKey: clientSecretKeyOf(secret),
  remoteKeys: remoteKeys({ loopback: isLoopback(new URL(config.PORTICO_ISSUER).hostname) }),
  passwords: argon2Passwords(),
  clock: systemClock,
  report: reportTo(log),
});

/** The database, for readiness: it answers and has the newest migration. */
export const databasePart = (database: Database): Part => ({ name: 'database', isUp: () => isReady(database) });

const retryMs = 500;
const reachMs = 30_000;

/** Opens the database; one that is just starting is waited for. @throws Unavailable */
export const reachDatabase = async (url: string, { config, name, stopping }: Boot): Promise<Database> => {
  const options = { url, poolSize: config.DATABASE_POOL, applicationName: `portico-${name}` };
  for (const giveUpAt = Date.now() + reachMs; ;) {
    try {
      return await openDatabase(options);
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await pause(retryMs, undefined, { signal: stopping });
    }
  }
};

/** Waits until somebody has migrated the database; throws where the process is told to stop meanwhile. */
export const whenMigrated = async (database: Database, { log, stopping }: Boot): Promise<void> => {
  for (let waited = false; !(await isReady(database).catch(() => false)); waited = true) {
    if (!waited) log.warn('waits for the newest migration of the database');
    await pause(retryMs, undefined, { signal: stopping });
  }
};
