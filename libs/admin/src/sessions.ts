import type { Clock, EpochSeconds } from '@portico/endpoint';
import {
  browserInWords,
  endSessionsOf,
  type Account,
  type AccountStore,
  type SessionStore,
  type SessionWithClients,
} from '@portico/sso';
import { fault } from './faults.js';
import type { Registrations } from './ports.js';
import { signOutAccount } from './revocation.js';

interface Needs {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly clock: Clock;
}

/** A session as administrators see it. */
export interface ListedSession {
  readonly sid: string;
  readonly browser?: string;
  readonly system?: string;
  readonly ip?: string;
  readonly started_at: EpochSeconds;
  readonly last_used_at: EpochSeconds;
  readonly expires_at: EpochSeconds;
  readonly client_ids: readonly string[];
}

const listed = (session: SessionWithClients): ListedSession => ({
  sid: session.sid,
  ...browserInWords(session),
  ...(session.ip === undefined ? {} : { ip: session.ip }),
  started_at: session.startedAt,
  last_used_at: session.lastUsedAt,
  expires_at: session.expiresAt,
  client_ids: session.clientIds,
});

const accountNamed = async (named: string, { accounts }: Pick<Needs, 'accounts'>): Promise<Account> => {
  const known = (await accounts.findByIdentifier(named))?.account;
  const bySubject = await accounts.find(named);
  if (known && bySubject && known.subject !== bySubject.subject)
    throw fault('account', 'is the identifier of one account and the subject of another');
  const found = known ?? bySubject;
  if (!found) throw fault('account', 'names nobody');
  return found;
};

/**
 * Where a person is signed in: by user name, e-mail address, phone number or subject.
 * @see OWASP ASVS 5.0 §7.4.5
 * @throws DeclarationError nobody is named so
 */
export const listSessions = async (named: string, needs: Needs): Promise<ListedSession[]> => {
  const { subject } = await accountNamed(named, needs);
  return (await needs.sessions.ofSubject(subject, needs.clock())).map(listed);
};

const reason = 'ended_by_administrator';

/**
 * Ends one session and what hung on it.
 * @see OpenID Connect Back-Channel Logout 1.0 §2.7
 * @throws DeclarationError there is none of that name that goes on
 */
export const endSession = async (sid: string, { sessions, clock }: Omit<Needs, 'accounts'>): Promise<void> => {
  if (!(await sessions.end(sid, reason, clock()))) throw fault('sid', 'names no session that goes on');
};

/**
 * Ends every session of a person, and what hung on them; answers the names of those that ended.
 * @see OWASP ASVS 5.0 §7.4.5, OpenID Connect Back-Channel Logout 1.0 §2.7
 * @throws DeclarationError nobody is named so
 */
export const endSessions = async (named: string, needs: Needs): Promise<string[]> => {
  const { subject } = await accountNamed(named, needs);
  return endSessionsOf(subject, { reason, when: needs.clock() }, needs);
};

/**
 * Ends every session of a person and whatever clients were let do for them, offline access too; answers the names of the
 * sessions.
 * @see RFC 7009 §1 (revocation by the authorization server)
 * @throws DeclarationError nobody is named so
 */
export const endEverything = async (
  named: string,
  { registrations, ...needs }: Needs & { readonly registrations: Registrations },
): Promise<readonly string[]> => {
  const { username } = await accountNamed(named, needs);
  return signOutAccount(username, { registrations, clock: needs.clock });
};
