import type { AuditEvent } from '@portico/admin';
import type { Fact } from '@portico/contracts';
import type { EpochSeconds } from '@portico/endpoint';
import type { InstallationKeyName, StoredKey, StoredPasswordKey } from '@portico/jwt';
import type { AccessKey, Authorization, Client, StoredToken, WaitingDevice } from '@portico/oidc';
import type { LogoutDeliveryRow } from './logout-deliveries.js';
import type { AccountWithPassword, Consent, Interaction, Session } from '@portico/sso';

/** A device, and what was answered for it. */
export interface DeviceRow {
  readonly device: WaitingDevice;
  readonly polledAt?: EpochSeconds;
  readonly answer?: 'approved' | 'denied';
}

/** A session, and when it was ended. */
export interface SessionRow {
  readonly session: Session;
  readonly secretHash: string;
  readonly endedAt?: EpochSeconds;
  /** It ended with everything that its person had let clients do. */
  readonly isRevoked?: boolean;
}

/** When a client first got something in a session, and under which issuer at last. */
export interface ParticipantRow {
  readonly joinedAt: EpochSeconds;
  readonly face?: string;
}

/** What the stores share; nothing of it survives the process. */
export interface Tables {
  readonly clients: Map<string, Client>;
  readonly accessKeys: Map<string, AccessKey>;
  readonly accounts: Map<string, AccountWithPassword>;
  readonly sessions: Map<string, SessionRow>;
  readonly participants: Map<string, Map<string, ParticipantRow>>;
  readonly interactions: Map<string, Interaction>;
  readonly consents: Map<string, Consent>;
  /** By what is said, the request that said it. */
  readonly replays: Map<string, string>;
  /** What clients publish under a URI. */
  readonly published: Map<string, unknown>;
  readonly attempts: Map<string, { count: number; endsAt: EpochSeconds }>;
  readonly authorizations: Map<string, Authorization>;
  readonly tokens: Map<string, StoredToken>;
  readonly devices: Map<string, DeviceRow>;
  readonly logoutDeliveries: Map<string, LogoutDeliveryRow>;
  readonly keys: Map<string, StoredKey>;
  readonly passwordKeys: Map<string, StoredPasswordKey>;
  readonly installationKeys: Map<InstallationKeyName, string>;
  readonly settings: Map<string, unknown>;
  /** Whatever was granted until then has ended. */
  readonly revokedSubjects: Map<string, EpochSeconds>;
  readonly revokedClients: Map<string, EpochSeconds>;
  readonly facts: Fact[];
  readonly audit: AuditEvent[];
}

export const emptyTables = (): Tables => ({
  clients: new Map(),
  accessKeys: new Map(),
  accounts: new Map(),
  sessions: new Map(),
  participants: new Map(),
  interactions: new Map(),
  consents: new Map(),
  replays: new Map(),
  published: new Map(),
  attempts: new Map(),
  authorizations: new Map(),
  tokens: new Map(),
  devices: new Map(),
  logoutDeliveries: new Map(),
  keys: new Map(),
  passwordKeys: new Map(),
  installationKeys: new Map(),
  settings: new Map(),
  revokedSubjects: new Map(),
  revokedClients: new Map(),
  facts: [],
  audit: [],
});

/** Appends a fact, and answers it. */
export const told = ({ facts }: Tables, fact: Fact): Fact => {
  facts.push(fact);
  return copyOf(fact);
};

/** What a table hands out is a copy: a caller that changes it changes nothing stored. */
export const copyOf = <Row>(row: Row): Row => structuredClone(row);

/** Adds a row under a key that must be new. */
export const insert = <Row>(table: Map<string, Row>, key: string, row: Row): void => {
  if (table.has(key)) throw new Error('there is a row of that key already');
  table.set(key, copyOf(row));
};

/** A port whose methods answer at once: what they do is one step, as a statement of a database is. */
type AtOnce<Port> = {
  [Method in keyof Port]: Port[Method] extends (...args: infer Args) => Promise<infer Answer>
    ? (...args: Args) => Answer
    : never;
};

export const asPort = <Port extends object>(store: AtOnce<Port>): Port => {
  const methods = Object.entries<(...args: never[]) => unknown>(store).map(([name, method]) => [
    name,
    (...args: never[]) => new Promise((resolve) => resolve(method(...args))),
  ]);
  return Object.fromEntries(methods) as Port;
};
