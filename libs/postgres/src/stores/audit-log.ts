import { auditEventName, type AuditEvent, type AuditFilter, type AuditLog } from '@portico/admin';
import { sha256 } from '@portico/endpoint';
import type { Database } from '../data-source.js';
import { epoch, present } from '../epoch.js';
import type { Statement } from '../statement.js';

/** Whole, for the cursor: as a fraction of seconds a number of JavaScript loses the last digit. */
const microseconds = '(extract(epoch FROM e.at) * 1000000)::bigint::text';

const columns = `e.id, ${epoch('e.at')} AS at, e.event, e.subject, e.client_id AS "clientId", e.sid,
  e.authorization_id AS "authorizationId", e.ip, e.user_agent AS "userAgent", e.request_id AS "requestId", e.process,
  e.detail, ${microseconds} AS microseconds`;

interface Condition {
  readonly sql: (parameter: string) => string;
  readonly value: unknown;
}

const equals = (column: string, value: string | undefined): Condition[] =>
  value === undefined ? [] : [{ sql: (parameter) => `e.${column} = ${parameter}`, value }];

const conditionsOf = ({ since, until, subject, clientId }: AuditFilter, after: string | undefined): Condition[] => [
  { sql: (parameter) => `e.at >= to_timestamp(${parameter})`, value: since },
  { sql: (parameter) => `e.at < to_timestamp(${parameter})`, value: until },
  ...equals('subject', subject),
  ...equals('client_id', clientId),
  ...(after === undefined ? [] : [{ sql: isAfter, value: after }]),
];

/** Twice: the time alone leads to the right parts and to the right end of an index. */
const isAfter = (parameter: string): string => {
  const at = `(timestamptz 'epoch' + split_part(${parameter}, '.', 1)::bigint * interval '1 microsecond')`;
  return `e.at <= ${at} AND (e.at, e.id) < (${at}, split_part(${parameter}, '.', 2)::uuid)`;
};

/** Planned for what is asked, and with the name of the event in it: else the index of the rare ones could not be used. */
const listing = (conditions: readonly Condition[], { event }: AuditFilter): Statement => {
  const given = conditions.map(({ sql }, index) => sql(`$${index + 1}`));
  const named = event === undefined ? [] : [`e.event = '${auditEventName.parse(event)}'`];
  const text = `SELECT ${columns} FROM audit_events e WHERE ${[...given, ...named].join(' AND ')}
    ORDER BY e.at DESC, e.id DESC LIMIT $${conditions.length + 1}`;
  return { name: `audit_events.list ${sha256(text)}`, text };
};

type Row = { readonly [Name in keyof AuditEvent]: AuditEvent[Name] | null } & { readonly microseconds: string };

export const auditLog = ({ run }: Database): AuditLog => ({
  list: async (filter, { limit, after }) => {
    const conditions = conditionsOf(filter, after);
    const values = [...conditions.map(({ value }) => value), limit + 1];
    if (values.some((value) => typeof value === 'string' && value.includes('\0'))) return { events: [] };
    const rows = await run<Row>(listing(conditions, filter), values);
    const [events, last] = [rows.slice(0, limit), rows[limit - 1]];
    return {
      events: events.map(({ microseconds: _, ...event }) => present<object>(event) as AuditEvent),
      ...(rows.length > limit && last ? { next: `${last.microseconds}.${last.id}` } : {}),
    };
  },
});
