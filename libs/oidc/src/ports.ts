import type { EpochSeconds } from '@portico/endpoint';
import type { Authorization, Held, StoredToken } from './authorization.js';
import type { Client } from './client.js';

/** Reads registered clients. */
export interface ClientStore {
  find(clientId: string): Promise<Client | undefined>;
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
