import type { Clock, EpochSeconds } from '@portico/endpoint';
import { z } from 'zod';
import { auditEventName, type AuditCursor, type AuditEvent, type AuditFilter } from './audit.js';
import { DeclarationError, pathText } from './faults.js';
import type { AuditLog } from './ports.js';

/** How many events a page has: at most, and where nothing else is asked for. */
export const auditPages = { most: 1_000, standard: 100 } as const;
/** So far back looks who does not say. */
const standardSeconds = 7 * 86_400;

const secondsIn: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400 };
const date = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** A time, or so long ago: `90m`, `12h`, `30d`. @see RFC 3339 §5.6 */
const time = z.string().transform((given, { issues }) => {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(given) ?? [];
  if (count !== undefined) return (now: EpochSeconds) => now - Number(count) * (secondsIn[unit] ?? 1);
  const { data } = date.safeParse(given);
  if (data !== undefined) return () => Date.parse(data) / 1000;
  issues.push({
    code: 'custom',
    input: given,
    message: 'must be a date, a time such as 2027-01-31T12:00:00Z, or 90m, 12h, 30d',
  });
  return z.NEVER;
});

const text = z.string().min(1).max(1_024);

const querySchema = z.strictObject({
  subject: z.exactOptional(text),
  client: z.exactOptional(text),
  event: z.exactOptional(auditEventName),
  since: z.exactOptional(time),
  until: z.exactOptional(time),
  limit: z.coerce
    .number({ error: `must be a whole number from 1 to ${auditPages.most}` })
    .int()
    .min(1)
    .max(auditPages.most)
    .default(auditPages.standard),
  after: z.exactOptional(
    z.string().regex(/^\d{1,17}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be the next of the page before'),
  ),
});

/** Which events somebody asks for, as it was typed. */
export type AuditQuery = Readonly<Record<string, string>>;

const queryOf = (given: AuditQuery, now: EpochSeconds): AuditFilter & AuditCursor => {
  const { success, data, error } = querySchema.safeParse(given);
  if (!success)
    throw new DeclarationError(error.issues.map(({ path, message }) => ({ path: pathText(path), message })));
  const { client, since, until, ...others } = data;
  const end = until?.(now) ?? now + 1; // what was written in this second counts too
  return {
    ...others,
    ...(client === undefined ? {} : { clientId: client }),
    since: since?.(now) ?? end - standardSeconds,
    until: end,
  };
};

/** An event of the audit log under wire names. @see RFC 7519 §2 (NumericDate) */
export interface ListedAuditEvent {
  readonly at: EpochSeconds;
  readonly event: string;
  readonly subject?: string | undefined;
  readonly client_id?: string | undefined;
  readonly sid?: string | undefined;
  readonly authorization_id?: string | undefined;
  readonly ip?: string | undefined;
  readonly user_agent?: string | undefined;
  readonly request_id?: string | undefined;
  readonly process?: string | undefined;
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
  readonly id: string;
}

const listed = (event: AuditEvent): ListedAuditEvent => ({
  at: event.at,
  event: event.event,
  subject: event.subject,
  client_id: event.clientId,
  sid: event.sid,
  authorization_id: event.authorizationId,
  ip: event.ip,
  user_agent: event.userAgent,
  request_id: event.requestId,
  process: event.process,
  detail: event.detail,
  id: event.id,
});

/**
 * A page of the audit log, the newest first; of the last seven days where nothing else is asked for.
 * @see OWASP ASVS 5.0 §16.3
 * @throws DeclarationError what was asked for does not fit
 */
export const listAuditEvents = async (
  given: AuditQuery,
  { auditLog, clock }: { readonly auditLog: AuditLog; readonly clock: Clock },
): Promise<{ readonly events: readonly ListedAuditEvent[]; readonly next?: string }> => {
  const { limit, after, ...filter } = queryOf(given, clock());
  const { events, next } = await auditLog.list(filter, { limit, ...(after === undefined ? {} : { after }) });
  return { events: events.map(listed), ...(next === undefined ? {} : { next }) };
};
