import type { Fact } from '@portico/contracts';
import { askedBy, timeOf, type Caller, type EpochSeconds, type When } from '@portico/endpoint';
import {
  lapsesAt,
  listedSessions,
  useNotedEverySeconds,
  type Participant,
  type Session,
  type SessionStore,
} from '@portico/sso';
import { noted } from './audit.js';
import { beginLogoutDeliveries } from './logout-deliveries.js';
import { asPort, copyOf, insert, told, type SessionRow, type Tables } from './tables.js';
import { outlivesSession } from './tokens.js';

export const sessionStore = (tables: Tables): SessionStore =>
  asPort<SessionStore>({
    start: (session, secretHash, by) => {
      if (bySecret(tables, secretHash)) throw new Error('there is a session of that secret already');
      insert(tables.sessions, session.sid, { session, secretHash });
      signedIn(tables, session, by);
    },
    find: (secretHash, at) => {
      const row = bySecret(tables, secretHash);
      if (!isLive(row, at)) return undefined;
      const { session } = row;
      if (session.lastUsedAt <= at - useNotedEverySeconds(session))
        tables.sessions.set(session.sid, { ...row, session: { ...session, lastUsedAt: at } });
      return copyOf(session);
    },
    findBySid: (sid, at) => {
      const row = tables.sessions.get(sid);
      return isLive(row, at) ? copyOf(row.session) : undefined;
    },
    renew: (session, secretHash, by) => {
      const row = tables.sessions.get(session.sid);
      if (!isLive(row, session.authTime) || row.session.subject !== session.subject) return false;
      const { startedAt } = row.session;
      tables.sessions.set(session.sid, { session: copyOf({ ...session, startedAt }), secretHash });
      signedIn(tables, session, by);
      return true;
    },
    end: (sid, reason, when) => endSession(tables, sid, { reason, when }),
    participants: (key) => {
      const sid = 'sid' in key ? key.sid : bySecret(tables, key.secretHash)?.session.sid;
      return participantsIn(tables, sid ?? '');
    },
    ofSubject: (subject, at) =>
      [...tables.sessions.values()]
        .filter((row) => isLive(row, at) && row.session.subject === subject)
        .map(({ session }) => session)
        .sort((one, other) => other.startedAt - one.startedAt || (one.sid < other.sid ? -1 : 1))
        .slice(0, listedSessions.sessions)
        .map((session) => ({
          ...copyOf(session),
          clientIds: participantsIn(tables, session.sid)
            .slice(0, listedSessions.clients)
            .map(({ clientId }) => clientId),
        })),
  });

export const endSession = (
  tables: Tables,
  sid: string,
  { reason, when }: { reason: string; when: When },
): Fact | undefined => {
  const at = timeOf(when);
  const row = tables.sessions.get(sid);
  if (!row || row.endedAt !== undefined) return undefined;
  tables.sessions.set(sid, { ...row, endedAt: at });
  const { subject } = row.session;
  const authorizationIds = endAuthorizations(tables, sid, at);
  beginLogoutDeliveries(tables, sid, at);
  const detail = { reason, authorizations: authorizationIds.length };
  noted(tables, { event: 'session_ended', subject, sid, detail }, askedBy(when));
  return told(tables, { event: 'sessionEnded', data: { sid, subject, reason, at, authorizationIds } });
};

const signedIn = (tables: Tables, { subject, sid, amr }: Session, by?: Caller): void =>
  noted(tables, { event: 'signed_in', subject, sid, detail: { amr } }, by);

const isLive = (row: SessionRow | undefined, at: EpochSeconds): row is SessionRow =>
  row !== undefined && row.endedAt === undefined && lapsesAt(row.session) > at;

const participantsIn = ({ participants }: Tables, sid: string): Participant[] =>
  [...(participants.get(sid) ?? [])]
    .sort(([one, first], [other, second]) => second.joinedAt - first.joinedAt || (one < other ? -1 : 1))
    .map(([clientId, { face }]) => ({ clientId, ...(face === undefined ? {} : { face }) }));

const bySecret = ({ sessions }: Tables, secretHash: string) =>
  [...sessions.values()].find((row) => row.secretHash === secretHash);

const endAuthorizations = ({ authorizations }: Tables, sid: string, at: EpochSeconds): string[] => {
  const bound = [...authorizations.values()].filter(
    (authorization) =>
      authorization.sid === sid && authorization.revokedAt === undefined && !outlivesSession(authorization),
  );
  for (const authorization of bound) authorizations.set(authorization.id, { ...authorization, revokedAt: at });
  return bound.map(({ id }) => id).sort();
};
