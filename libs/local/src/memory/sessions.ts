import type { SessionStore } from '@portico/sso';
import { asPort, copyOf, insert, type Tables } from './tables.js';
import { outlivesSession, revoke } from './tokens.js';

export const sessionStore = (tables: Tables): SessionStore =>
  asPort<SessionStore>({
    start: (session, secretHash) => {
      if (bySecret(tables, secretHash)) throw new Error('there is a session of that secret already');
      insert(tables.sessions, session.sid, { session, secretHash });
    },
    find: (secretHash, at) => {
      const row = bySecret(tables, secretHash);
      return row && row.endedAt === undefined && row.session.expiresAt > at ? copyOf(row.session) : undefined;
    },
    renew: (session, secretHash) => {
      const row = tables.sessions.get(session.sid);
      if (!row || row.endedAt !== undefined || row.session.subject !== session.subject) return false;
      if (row.session.expiresAt <= session.authTime) return false;
      const { startedAt } = row.session;
      tables.sessions.set(session.sid, { session: copyOf({ ...session, startedAt }), secretHash });
      return true;
    },
    end: (sid, reason, at) => {
      const row = tables.sessions.get(sid);
      if (!row || row.endedAt !== undefined) return false;
      tables.sessions.set(sid, { ...row, endedAt: at });
      tables.facts.push({ event: 'sessionEnded', data: { sid, subject: row.session.subject, reason, at } });
      for (const authorization of [...tables.authorizations.values()])
        if (authorization.sid === sid && !outlivesSession(authorization))
          revoke(tables, authorization.id, { reason: 'session_ended', at });
      return true;
    },
    participants: (sid) =>
      [...(tables.participants.get(sid) ?? [])]
        .sort(([one, joined], [other, joinedToo]) => joinedToo - joined || (one < other ? -1 : 1))
        .map(([clientId]) => clientId),
  });

const bySecret = ({ sessions }: Tables, secretHash: string) =>
  [...sessions.values()].find((row) => row.secretHash === secretHash);
