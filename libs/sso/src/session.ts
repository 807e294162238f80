import type { EpochSeconds } from '@portico/endpoint';

/** One person signed in at one browser, over all applications. @see OpenID Connect Session Management 1.0 §2 */
export interface Session {
  /** The `sid` that clients are told; it opens nothing. @see OpenID Connect Back-Channel Logout 1.0 §2.1 */
  readonly sid: string;
  readonly subject: string;
  /** When the person last proved who they are. @see OpenID Connect Core 1.0 §2 (auth_time) */
  readonly authTime: EpochSeconds;
  /** How they did. @see RFC 8176 */
  readonly amr: readonly string[];
  readonly startedAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
}
