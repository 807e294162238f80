import type { EpochSeconds } from '@portico/endpoint';
import type { Jwks } from '@portico/jwt';
import type { Authorization, DeviceCode, Held, StoredToken } from './authorization.js';
import type { HeldAccessKey } from './access-key.js';
import type { Client } from './client.js';
import type { DeviceState, WaitingDevice } from './device.js';

/** Reads registered clients. */
export interface ClientStore {
  find(clientId: string): Promise<Client | undefined>;
  /** Those whose pages live at this origin. */
  ofOrigin(origin: string): Promise<Client[]>;
}

/** Reads the programmatic access keys of clients. */
export interface AccessKeyStore {
  /** Also one that is disabled. */
  find(id: string): Promise<HeldAccessKey | undefined>;
}

/** Keeps authorizations and what is issued from them: one round trip for each thing the protocol does. */
export interface TokenStore {
  /**
   * One statement: a new authorization, its first tokens, and, where it has a `sid`, its client as a participant of
   * that session.
   */
  begin(authorization: Authorization, tokens: readonly StoredToken[]): Promise<void>;
  /** By the SHA-256 of its text; also what has expired, was consumed or revoked, while it is kept. */
  find(hash: string): Promise<Held | undefined>;
  /**
   * One atomic statement: consumes a code or refresh token that is neither consumed nor revoked and whose
   * authorization holds, and saves what is issued in its place. False: nothing changed.
   */
  exchange(hash: string, at: EpochSeconds, tokens: readonly StoredToken[]): Promise<boolean>;
  /** More tokens from an authorization that holds; false, and nothing saved, where it was revoked. */
  add(authorizationId: string, tokens: readonly StoredToken[]): Promise<boolean>;
  /** One transaction: revokes one token and appends `tokenRevoked`; a second time changes nothing. */
  revokeToken(hash: string, at: EpochSeconds): Promise<void>;
  /** One transaction: revokes everything issued from it and appends `authorizationRevoked`; a second time changes nothing. */
  revokeAuthorization(id: string, reason: string, at: EpochSeconds): Promise<void>;
}

/** Keeps the devices that wait for a person. */
export interface DeviceStore {
  /** False, and nothing kept, where another has that user code. */
  begin(device: WaitingDevice): Promise<boolean>;
  /** The device of that user code, while it waits for an answer and has not expired at `at`. */
  find(userCode: string, at: EpochSeconds): Promise<WaitingDevice | undefined>;
  /**
   * One transaction: the device of `code.hash`, which waits still at `code.issuedAt`, is approved, and the authorization
   * begins with that code as its first token. False, and nothing changed, where it no longer waits.
   */
  approve(authorization: Authorization, code: DeviceCode): Promise<boolean>;
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
  /** One atomic statement: true for the first who says this key; it is remembered until then at least. */
  once(key: string, expiresAt: EpochSeconds): Promise<boolean>;
}

/** Reads the keys that clients publish. @see RFC 7591 §2 (jwks_uri) */
export interface RemoteKeys {
  /** As they were read a while ago, or else as they are now. @throws Unavailable they cannot be read */
  read(uri: string): Promise<Jwks>;
  /** As they are now, or were within the last minute: the client may have added a key. @throws Unavailable */
  readAnew(uri: string): Promise<Jwks>;
}
