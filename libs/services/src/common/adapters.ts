import type { Config } from '@portico/config';
import type { Clock } from '@portico/endpoint';
import type { RotationNeeds, SealKey } from '@portico/jwt';
import type { RemoteKeys, Revocations } from '@portico/oidc';
import type { PasswordHasher, ReportNeeds, Tally } from '@portico/sso';
import {
  accessKeyStore,
  accountStore,
  attemptStore,
  clientStore,
  consentStore,
  deviceStore,
  installationKeyStore,
  interactionStore,
  isReady,
  keyStore,
  logoutDeliveryStore,
  openDatabase,
  passwordKeyStore,
  publishedRevocations,
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
import { measureDatabase } from './metrics/database.js';
import { measureKeys } from './metrics/keys.js';
import { newMetrics, type Metrics } from './metrics/metrics.js';
import { countSignIns } from './metrics/sign-ins.js';
import { argon2Passwords } from './passwords.js';
import { isLoopback } from './public-address.js';
import { remoteKeys } from './remote-keys.js';
import { firstKeysOf, sealKeysOf, type Secrets } from './secret.js';
import { tellingAtOnce, type Telling } from './telling-at-once.js';
import { heldSettings, type HeldSettings } from './settings.js';

/** The stores of the rules, on one database. */
export const storesOn = (database: Database) => ({
  clients: clientStore(database),
  accessKeys: accessKeyStore(database),
  tokens: tokenStore(database),
  devices: deviceStore(database),
  deliveries: logoutDeliveryStore(database),
  accounts: accountStore(database),
  sessions: sessionStore(database),
  interactions: interactionStore(database),
  consents: consentStore(database),
  attempts: attemptStore(database),
  publishedRevocations: publishedRevocations(database),
  replays: replayStore(database),
});

/** What the endpoints of a process stand on. */
export interface Adapters {
  readonly config: Config;
  readonly log: Log;
  readonly database: Database;
  readonly stores: ReturnType<typeof storesOn>;
  readonly revocations: Revocations;
  readonly settings: HeldSettings;
  readonly keys: Keys;
  readonly rotation: RotationNeeds;
  readonly refreshKey: Uint8Array;
  readonly pairwiseKey: Uint8Array;
  readonly clientSecretKey: SealKey;
  readonly remoteKeys: RemoteKeys;
  /** One for the process: it bounds what is hashed at once. */
  readonly passwords: PasswordHasher;
  readonly clock: Clock;
  readonly report: ReportNeeds['report'];
  readonly tally: Tally;
}

interface AdaptersGiven extends Secrets {
  readonly config: Config;
  readonly log: Log;
  readonly metrics?: Metrics;
  readonly revocations?: Revocations & Telling;
}

/** Nothing is known by heart: in one process with its database, the store is near. */
const storeAlone: Revocations & Telling = { holds: () => 'unknown', tell: () => Promise.resolve() };

/** Sets the adapters on an open database. */
export const adaptersOn = (
  database: Database,
  { config, log, metrics = newMetrics(), revocations = storeAlone, ...secrets }: AdaptersGiven,
): Adapters => {
  const settings = heldSettings(registrations(database));
  const onKeys = keysOn(database, secrets);
  measureDatabase(metrics, database);
  measureKeys(metrics, { keys: onKeys.keys, settings, clock: database.clock.now });
  return {
    config,
    log,
    database,
    stores: tellingAtOnce(storesOn(database), revocations),
    revocations,
    settings,
    ...onKeys,
    remoteKeys: remoteKeys({ loopback: isLoopback(new URL(config.PORTICO_ISSUER).hostname) }),
    passwords: argon2Passwords(),
    clock: database.clock.now,
    report: reportTo(log),
    tally: countSignIns(metrics),
  };
};

const keysOn = (database: Database, secrets: Secrets) => {
  const { keys: sealKey, clientSecrets: clientSecretKey } = sealKeysOf(secrets);
  const rotation = { keys: keyStore(database), sealKey, clock: database.clock.now };
  const keys = heldKeys({
    ...rotation,
    passwordKeys: passwordKeyStore(database),
    installationKeys: installationKeyStore(database),
    first: firstKeysOf(secrets),
  });
  const { refresh: refreshKey, pairwise: pairwiseKey } = keys.lasting;
  return { keys, rotation, refreshKey, pairwiseKey, clientSecretKey };
};

/** The database, for readiness: it answers and has the newest migration. */
export const databasePart = (database: Database): Part => ({ name: 'database', isUp: () => isReady(database) });

const retryMs = 500;
const reachMs = 30_000;
const tolerableMs = 2_000;

/** Opens the database; one that is just starting is waited for. @throws Unavailable */
export const reachDatabase = async (
  url: string,
  { config, name, log, stopping, traces: tracing }: Boot,
): Promise<Database> => {
  const options = { url, poolSize: config.DATABASE_POOL, applicationName: `portico-${name}`, tracing };
  for (const giveUpAt = Date.now() + reachMs; ;) {
    try {
      return tellingOfClock(await openDatabase(options), log);
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await pause(retryMs, undefined, { signal: stopping });
    }
  }
};

const tellingOfClock = (database: Database, log: Log): Database => {
  const aheadMs = database.clock.aheadMs();
  if (Math.abs(aheadMs) > tolerableMs)
    log.warn({ aheadMs }, 'the clock of this machine is not that of the database, which counts');
  return database;
};

/** Waits until somebody has migrated the database; throws where the process is told to stop meanwhile. */
export const whenMigrated = async (database: Database, { log, stopping }: Boot): Promise<void> => {
  for (let waited = false; !(await isReady(database).catch(() => false)); waited = true) {
    if (!waited) log.warn('waits for the newest migration of the database');
    await pause(retryMs, undefined, { signal: stopping });
  }
};
