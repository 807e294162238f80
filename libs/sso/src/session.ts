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
  /** When it ends, however much it is used. */
  readonly expiresAt: EpochSeconds;
  /** When it was last used, as far as that is noted: see `useNotedEverySeconds`. */
  readonly lastUsedAt: EpochSeconds;
  /** It ends earlier where it is not used for so long. */
  readonly idleSeconds?: number;
  /** What the browser called itself at the last sign-in; told to nobody but the person. */
  readonly userAgent?: string;
  /** From where the last sign-in came; told to nobody but the person. */
  readonly ip?: string;
}

/** A client that got something in a session. @see OpenID Connect Back-Channel Logout 1.0 §2.3 */
export interface Participant {
  readonly clientId: string;
  /** Under which of its issuers it did so at last; the protocol knows which one it is where absent. */
  readonly face?: string;
}

/** A session by its name, or by the hash of its secret. */
export type SessionKey = { readonly sid: string } | { readonly secretHash: string };

/** A session with the ids of the clients that got something in it, the latest first. */
export interface SessionWithClients extends Session {
  readonly clientIds: readonly string[];
}

/** When a session ends if it is not used any more. @see NIST SP 800-63B §7.2 (overall and inactivity timeout) */
export const lapsesAt = ({ expiresAt, lastUsedAt, idleSeconds }: Session): EpochSeconds =>
  idleSeconds === undefined ? expiresAt : Math.min(expiresAt, lastUsedAt + idleSeconds);

/**
 * How often a use is noted at most: not with every request, and often enough that nobody who goes on is taken for idle.
 */
export const useNotedEverySeconds = ({ idleSeconds = Infinity }: Pick<Session, 'idleSeconds'>): number =>
  Math.min(60, Math.floor(idleSeconds / 10));

/** Of how many sessions of a person a list tells, and of how many clients in each. */
export const listedSessions = { sessions: 100, clients: 20 } as const;
