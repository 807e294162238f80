import type { AuditLog, ClientSecretKey, LogoutDeliveries, ReadDocument, Registrations } from '@portico/admin';
import type { Clock } from '@portico/endpoint';
import type { RotationNeeds, RotationPolicy, SealKeys, Seals } from '@portico/jwt';
import type { AccountStore, PasswordHasher, SessionStore } from '@portico/sso';
import type { Io } from './io.js';

/** How the command was called does not fit; `portico help` tells how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Option {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** What stands for its value in the help. */
  readonly value?: string;
  readonly means: string;
}

/** What a command was called with; a value that was not given is absent. */
export interface Args {
  readonly operand: string;
  text(option: string): string | undefined;
  texts(option: string): string[] | undefined;
  flag(option: string): boolean;
}

/** What administering keys takes. */
export interface KeyNeeds extends RotationNeeds {
  readonly policy: RotationPolicy;
  readonly seals: Seals;
  readonly sealKeys: SealKeys;
}

export interface Needs {
  readonly io: Io;
  readonly passwords: PasswordHasher;
  readonly clientSecretKey: ClientSecretKey;
  readonly readDocument: ReadDocument;
  readonly clock: Clock;
  /** Connects at its first call. */
  registrations(): Promise<Registrations>;
  /** Connects at its first call. */
  stores(): Promise<{
    readonly accounts: AccountStore;
    readonly sessions: SessionStore;
    readonly logoutDeliveries: LogoutDeliveries;
    readonly auditLog: AuditLog;
  }>;
  /** The signing keys and all that is sealed; connects at its first call. */
  keys(): Promise<KeyNeeds>;
  /** Brings the tables up to date. */
  migrate(): Promise<void>;
}

/** Said twice: for people, and for scripts (`--json`). */
export interface Answer {
  readonly text: string;
  readonly json: unknown;
}

export interface Command {
  /** Its words: `client create`. */
  readonly name: string;
  readonly summary: string;
  /** The one value that it needs, as the help calls it; in brackets where it can be called without. */
  readonly operand?: string;
  readonly options: Readonly<Record<string, Option>>;
  run(args: Args, needs: Needs): Promise<Answer>;
}
