import type { Fact } from '@portico/contracts';
import type { EpochSeconds } from '@portico/endpoint';
import type { StoredKey } from '@portico/jwt';
import type { AccessKey, Authorization, Client, StoredToken, WaitingDevice } from '@portico/oidc';
import type { AccountWithPassword, Consent, Interaction, Session } from '@portico/sso';

/** A device, and what was answered for it. */
export interface DeviceRow {
  readonly device: WaitingDevice;
  readonly polledAt?: EpochSeconds;
  readonly answer?: 'approved' | 'denied';
}

/** What the stores share; nothing of it survives the process. */
export interface Tables {
  readonly clients: Map<string, Client>;
  readonly accessKeys: Map<string, AccessKey>;
  readonly accounts: Map<string, AccountWithPassword>;
  readonly sessions: Map<string, { session: Session; secretHash: string; endedAt?: EpochSeconds }>;
  readonly participants: Map<string, Map<string, EpochSeconds>>;
  readonly interactions: Map<string, Interaction>;
  readonly consents: Map<string, Consent>;
  readonly replays: Map<string, EpochSeconds>;
  /** What clients publish under a URI. */
  readonly published: Map<string, unknown>;
  readonly attempts: Map<string, { count: number; endsAt: EpochSeconds }>;
  readonly authorizations: Map<string, Authorization>;
  readonly tokens: Map<string, StoredToken>;
  readonly devices: Map<string, DeviceRow>;
  readonly keys: Map<string, StoredKey>;
  readonly settings: Map<string, unknown>;
  readonly facts: Fact[];
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
  keys: new Map(),
  settings: new Map(),
  facts: [],
});

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
