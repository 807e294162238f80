import type { Fact } from '@portico/contracts';
import type { Caller, EpochSeconds, When } from '@portico/endpoint';
import type { Jwks } from '@portico/jwt';
import type { RevocationFact, TokenName, TokenState } from '@portico/revocation';
import type { Authorization, DeviceCode, Held, StoredToken } from './authorization.js';
import type { HeldAccessKey } from './access-key.js';
import type { Client } from './client.js';
import type { DeviceState, WaitingDevice } from './device.js';
import type { LogoutDelivery, LogoutOutcome, LogoutTarget } from './logout/logout-delivery.js';

/** Reads registered clients. */
export interface ClientStore {
  find(clientId: string): Promise<Client | undefined>;
  /** Those whose pages live at this origin. */
  ofOrigin(origin: string): Promise<Client[]>;
  /** The longest that a token lives which is signed for any of them: that long a key is kept which no longer signs. */
  longestTokenSeconds(): Promise<number>;
}

/** Reads the programmatic access keys of clients. */
export interface AccessKeyStore {
  /** Also one that is disabled. */
  find(id: string): Promise<HeldAccessKey | undefined>;
}

/** What is consumed, when, and by which request; that one may come again (docs/upgrades.md). */
export interface Consumption {
  readonly hash: string;
  readonly at: EpochSeconds;
  readonly by: string;
}

/** Keeps authorizations and what is issued from them: one round trip for each thing the protocol does. */
export interface TokenStore {
  /**
   * One statement: a new authorization, its first tokens, where it has a `sid`, its client as a participant of that
   * session, and `tokens_issued` in the audit log, or `code_issued` where a code is all.
   */
  begin(authorization: Authorization, tokens: readonly StoredToken[], by?: Caller): Promise<void>;
  /** By its key (`tokenKey`); also what has expired, was consumed or revoked, while it is kept. */
  find(hash: string): Promise<Held | undefined>;
  /**
   * One atomic statement: consumes a code or refresh token that is neither consumed nor revoked and whose
   * authorization holds, saves what is issued in its place, and appends `tokens_issued` to the audit log. False: nothing
   * changed.
   */
  exchange(consumption: Consumption, tokens: readonly StoredToken[], by?: Caller): Promise<boolean>;
  /** The same of more tokens from an authorization that holds; false, and nothing saved, where it was revoked. */
  add(authorizationId: string, tokens: readonly StoredToken[], by?: Caller): Promise<boolean>;
  /**
   * One statement: revokes one token, appends `tokenRevoked` and answers it, and `token_revoked` to the audit log;
   * undefined, and nothing changed, a second time.
   */
  revokeToken(hash: string, when: When): Promise<Fact | undefined>;
  /**
   * One statement: revokes everything issued from it, appends `authorizationRevoked` and answers it, and
   * `authorization_revoked` to the audit log; undefined, and nothing changed, a second time.
   */
  revokeAuthorization(id: string, reason: string, when: When): Promise<Fact | undefined>;
}

/** Keeps the devices that wait for a person. */
export interface DeviceStore {
  /** False, and nothing kept, where another has that user code. */
  begin(device: WaitingDevice): Promise<boolean>;
  /** The device of that user code, while it waits for an answer and has not expired at `at`. */
  find(userCode: string, at: EpochSeconds): Promise<WaitingDevice | undefined>;
  /**
   * One transaction: the device of `code.hash`, which waits still at `code.issuedAt`, is approved, and the authorization
   * begins with that code as its first token, with `device_approved` in the audit log. False, and nothing changed, where
   * it no longer waits.
   */
  approve(authorization: Authorization, code: DeviceCode, by?: Caller): Promise<boolean>;
  /** False where it no longer waits at `at`. */
  deny(deviceCodeHash: string, at: EpochSeconds): Promise<boolean>;
  /**
   * One atomic statement: counts the poll, and tells the state. A poll that comes more than a second too early, while
   * the device waits, is `slow_down`, and makes the interval `slowDownSeconds` longer. Undefined, and nothing counted:
   * unknown, or another client's.
   */
  poll(deviceCodeHash: string, clientId: string, at: EpochSeconds): Promise<DeviceState | undefined>;
}

/** Remembers what may come only once. */
export interface ReplayStore {
  /**
   * One atomic statement: true for the first request that says this key, and for the same request when it is asked again;
   * it is remembered until then at least.
   */
  once(key: string, expiresAt: EpochSeconds, by: string): Promise<boolean>;
}

/** Reads the keys that clients publish. @see RFC 7591 §2 (jwks_uri) */
export interface RemoteKeys {
  /** As they were read a while ago, or else as they are now. @throws Unavailable they cannot be read */
  read(uri: string): Promise<Jwks>;
  /** As they are now, or were within the last minute: the client may have added a key. @throws Unavailable */
  readAnew(uri: string): Promise<Jwks>;
}

/** Keeps what clients are still to be told of sessions that have ended; `SessionStore.end` puts it there. */
export interface LogoutDeliveryStore {
  /** The participants of these sessions that are still to be told. */
  pendingOf(sids: readonly string[]): Promise<LogoutTarget[]>;
  /** At most `limit` that nobody has tried within the time; they are noted as handed out at `at`. */
  overdue(at: EpochSeconds, limit: number): Promise<LogoutTarget[]>;
  /**
   * One atomic statement: counts an attempt of a pending delivery that is due at `at`, and keeps it from everybody else for
   * a while. Undefined where it is settled, not due, or another's at present.
   */
  take(target: LogoutTarget, at: EpochSeconds): Promise<LogoutDelivery | undefined>;
  /** One atomic statement: notes what an attempt came to. False, and nothing changed, where the delivery is settled already. */
  settle(outcome: LogoutOutcome): Promise<boolean>;
  /** Forgets at most `limit` of those that were kept long enough; answers how many. */
  forget(at: EpochSeconds, limit: number): Promise<number>;
}

/** Knows by heart what was revoked. @see RFC 7009 §2.1 */
export interface Revocations {
  /** `unknown`: the store knows. */
  holds(token: TokenName): TokenState;
}

/** Some of what was revoked, in the order in which it was published. */
export interface RevocationsPage {
  readonly facts: readonly RevocationFact[];
  /** Of the last of them; as it was given where there is none. */
  readonly position: string;
  /** Is there perhaps more after it? */
  readonly more: boolean;
  /** When the oldest one came about that waits to be published. */
  readonly waitingSince?: EpochSeconds;
}

/** Reads what was revoked, as it was published. */
export interface PublishedRevocations {
  /** Those after a position, at most `limit`, and fewer where they are large; nothing comes before '0'. */
  after(position: string, limit: number): Promise<RevocationsPage>;
}
