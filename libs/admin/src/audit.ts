import type { EpochSeconds } from '@portico/endpoint';
import { z } from 'zod';

/** What the audit log tells of; docs/audit.md says what each has. */
export const auditEventName = z.enum([
  'signed_in',
  'sign_in_failed',
  'session_ended',
  'consent_granted',
  'code_issued',
  'device_approved',
  'tokens_issued',
  'token_revoked',
  'authorization_revoked',
  'subject_revoked',
  'client_revoked',
  'client_created',
  'client_changed',
  'access_key_created',
  'access_key_changed',
  'access_key_disabled',
  'access_key_enabled',
  'access_key_removed',
  'account_created',
  'account_changed',
  'settings_changed',
  'keys_created',
  'keys_rotated',
  'keys_revoked',
  'keys_resealed',
]);

/** The name of an event of the audit log. */
export type AuditEventName = z.output<typeof auditEventName>;

/** What an event is about: ids and names, never a secret, a token or a hash of one. */
export interface AuditSubject {
  readonly event: AuditEventName;
  readonly subject?: string;
  readonly clientId?: string;
  readonly sid?: string;
  readonly authorizationId?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** A security event, as it was written in the step that made it true. */
export interface AuditEvent extends AuditSubject {
  readonly id: string;
  /** With fractions. */
  readonly at: EpochSeconds;
  /** From where it was asked for; absent where no request did. */
  readonly ip?: string;
  readonly userAgent?: string;
  readonly requestId?: string;
  /** The process that wrote it. */
  readonly process?: string;
}

/** Which events are asked for: those from `since` on, and before `until`. */
export interface AuditFilter {
  readonly subject?: string;
  readonly clientId?: string;
  readonly event?: AuditEventName;
  readonly since: EpochSeconds;
  readonly until: EpochSeconds;
}

/** How many, and after which of the page before. */
export interface AuditCursor {
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

/** Some of the events, the newest first. */
export interface AuditPage {
  readonly events: readonly AuditEvent[];
  /** Where the next page goes on; absent where there is none. */
  readonly next?: string;
}
