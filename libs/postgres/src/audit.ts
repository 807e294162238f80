import type { AuditSubject } from '@portico/admin';
import { boundedCaller, type Caller } from '@portico/endpoint';
import type { Run } from './statement.js';

/** The columns of an event, in the order of `auditValues`; the others have their defaults. */
export const auditColumns = 'event, subject, client_id, sid, authorization_id, ip, user_agent, request_id, detail';

/** Who asked, as three parameters from this one on. */
export const caller = (from: number): string => `$${from}::text, $${from + 1}::text, $${from + 2}::text`;

/** The values of `caller`. */
export const callerValues = (by: Caller | undefined): (string | null)[] => {
  const { ip = null, userAgent = null, requestId = null } = by ? boundedCaller(by) : {};
  return [ip, userAgent, requestId];
};

/** Appends an event: the only thing that a statement does, or one of a transaction. */
export const auditInsert = {
  name: 'audit_events.append',
  text: `INSERT INTO audit_events (${auditColumns}) VALUES ($1, $2, $3, $4, $5, ${caller(6)}, $9)`,
};

export const auditValues = (
  { event, subject, clientId, sid, authorizationId, detail }: AuditSubject,
  by?: Caller,
): unknown[] => [event, subject, clientId, sid, authorizationId, ...callerValues(by), detail && JSON.stringify(detail)];

export const appendTo = async (run: Run, about: AuditSubject, by?: Caller): Promise<void> => {
  await run(auditInsert, auditValues(about, by));
};
