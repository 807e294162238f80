import type { AuditEvent, AuditFilter, AuditLog, AuditSubject } from '@portico/admin';
import { boundedCaller, type Caller } from '@portico/endpoint';
import { randomUUID } from 'node:crypto';
import { asPort, copyOf, type Tables } from './tables.js';

/** Appends an event, at the time of this machine as the database does at its own. */
export const noted = ({ audit }: Tables, about: AuditSubject, by?: Caller): void => {
  audit.push({
    id: randomUUID(),
    at: Date.now() / 1000,
    process: 'memory',
    ...copyOf(about),
    ...(by && boundedCaller(by)),
  });
};

export const auditLog = ({ audit }: Tables): AuditLog =>
  asPort<AuditLog>({
    list: (filter, { limit, after }) => {
      const all = audit.filter((event) => fits(event, filter)).reverse();
      const start = after === undefined ? 0 : all.findIndex((event) => cursorOf(event) === after) + 1;
      const events = all.slice(start, start + limit);
      const [last] = events.slice(-1);
      return { events: copyOf(events), ...(last && all.length > start + limit ? { next: cursorOf(last) } : {}) };
    },
  });

const fits = ({ at, event, subject, clientId }: AuditEvent, filter: AuditFilter): boolean =>
  at >= filter.since &&
  at < filter.until &&
  (filter.event === undefined || filter.event === event) &&
  (filter.subject === undefined || filter.subject === subject) &&
  (filter.clientId === undefined || filter.clientId === clientId);

const cursorOf = ({ at, id }: AuditEvent): string => `${Math.floor(at * 1_000_000)}.${id}`;
