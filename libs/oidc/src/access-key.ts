import type { EpochSeconds } from '@portico/endpoint';
import type { Client } from './client.js';

/**
 * A programmatic access key: a pair that authenticates its client for client_credentials, and for nothing else. A client
 * may have several.
 * @see RFC 6749 §4.4
 */
export interface AccessKey {
  /** Sent as `client_id`. */
  readonly id: string;
  readonly clientId: string;
  /** The argon2id hash of its secret in PHC form. */
  readonly hash: string;
  readonly createdAt: EpochSeconds;
  /** From here on it opens nothing. */
  readonly disabledAt?: EpochSeconds;
}

/** An access key with the client whose it is. */
export interface HeldAccessKey {
  readonly key: AccessKey;
  readonly client: Client;
}
