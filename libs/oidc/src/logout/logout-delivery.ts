import type { EpochSeconds } from '@portico/endpoint';

/** Waiting or being tried, answered with success, or given up. */
export type LogoutState = 'pending' | 'delivered' | 'failed';

/** The news for one client that one session has ended. @see OpenID Connect Back-Channel Logout 1.0 §2.5 */
export interface LogoutDelivery {
  /** The same at each attempt: the `jti` by which the client knows a repetition. */
  readonly id: string;
  readonly sid: string;
  readonly clientId: string;
  readonly subject: string;
  /** Begun, including one that is under way. */
  readonly attempts: number;
  /** From when on it is tried: the end of the session, or when somebody asked for it anew. */
  readonly since: EpochSeconds;
}

/** What the client answered, or why there was no answer; never what it said. */
export interface LogoutAnswer {
  readonly status?: number;
  readonly error?: string;
}

/** What an attempt came to; a pending one is tried again at `dueAt`. @see OpenID Connect Back-Channel Logout 1.0 §2.5, §2.8 */
export type LogoutOutcome = LogoutAnswer & {
  readonly id: string;
  readonly at: EpochSeconds;
} & ({ readonly state: 'delivered' | 'failed' } | { readonly state: 'pending'; readonly dueAt: EpochSeconds });

/** A participant of a session that has ended. */
export interface LogoutTarget {
  readonly sid: string;
  readonly clientId: string;
}

/** How a delivery stands, for whoever runs the installation. */
export interface LogoutReport extends LogoutTarget, LogoutAnswer {
  readonly state: LogoutState;
  readonly attempts: number;
  readonly since: EpochSeconds;
  readonly lastAttemptAt?: EpochSeconds;
  /** When it is tried next, while it is pending. */
  readonly dueAt?: EpochSeconds;
  readonly deliveredAt?: EpochSeconds;
}

/** Which deliveries. */
export interface LogoutFilter {
  readonly state?: LogoutState;
  readonly clientId?: string;
  readonly sid?: string;
}

/** Tells a client's logout URI; answers its status. @see OpenID Connect Back-Channel Logout 1.0 §2.5 */
export type TellLogout = (uri: string, logoutToken: string) => Promise<number>;
