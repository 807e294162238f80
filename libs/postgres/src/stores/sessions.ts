import type { Fact } from '@portico/contracts';
import { askedBy, timeOf } from '@portico/endpoint';
import { lapsesAt, type Participant, type Session, type SessionStore, type SessionWithClients } from '@portico/sso';
import { caller, callerValues } from '../audit.js';
import type { Database } from '../data-source.js';
import { present } from '../epoch.js';
import { changed, first } from '../statement.js';
import * as statements from './sessions.statements.js';

/** The session, what hung on it, who is to be told, and the fact of it; null where it had ended before. */
const end = { name: 'sessions.end', text: `SELECT session_ends($1, $2, $3, ${caller(4)}) AS data` };

type SessionEnded = Extract<Fact, { readonly event: 'sessionEnded' }>['data'];

export const sessionStore = (database: Database): SessionStore => ({
  start: async (session, secretHash, by) => {
    const { sid, subject, amr, authTime, startedAt } = session;
    const given = [sid, subject, secretHash, amr, authTime, startedAt, ...useOf(session)];
    await database.run(statements.start, [...given, ...callerValues(by)]);
  },
  find: async (secretHash, at) => sessionOf(await first<Session>(database.run, statements.find, [secretHash, at])),
  findBySid: async (sid, at) => sessionOf(await first<Session>(database.run, statements.findBySid, [sid, at])),
  renew: (session, secretHash, by) => {
    const { sid, subject, amr, authTime } = session;
    const given = [sid, subject, secretHash, amr, authTime, ...useOf(session)];
    return changed(database.run, statements.renew, [...given, ...callerValues(by)]);
  },
  end: async (sid, reason, when) => {
    const values = [sid, reason, timeOf(when), ...callerValues(askedBy(when))];
    const row = await first<{ data: SessionEnded | null }>(database.run, end, values);
    return row?.data ? { event: 'sessionEnded', data: row.data } : undefined;
  },
  participants: async (key) => {
    const [statement, value] =
      'sid' in key ? [statements.participants, key.sid] : [statements.participantsBySecret, key.secretHash];
    const row = await first<{ all: Participant[] | null }>(database.run, statement, [value]);
    return row?.all?.map(present) ?? [];
  },
  ofSubject: async (subject, at) => {
    if (subject.includes('\0')) return [];
    const rows = await database.run<SessionWithClients>(statements.ofSubject, [subject, at]);
    return rows.map(present);
  },
});

const useOf = (session: Session): unknown[] => {
  const { lastUsedAt, expiresAt, idleSeconds, userAgent, ip } = session;
  return [lastUsedAt, lapsesAt(session), expiresAt, idleSeconds, userAgent, ip];
};

const sessionOf = (row: Session | undefined): Session | undefined => row && present(row);
