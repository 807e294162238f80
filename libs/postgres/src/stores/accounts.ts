import { comparable, type Account, type AccountStore, type AccountWithPassword } from '@portico/sso';
import type { Database } from '../data-source.js';
import type { AccountEntity } from '../entities/account.entity.js';
import { epochOf } from '../epoch.js';
import { first } from '../statement.js';

const columns = 'a.subject, a.username, a.claims, a.password_hash AS "passwordHash", a.updated_at AS "updatedAt"';
const bySubject = { name: 'accounts.find', text: `SELECT ${columns} FROM accounts a WHERE a.subject = $1` };
const byIdentifier = {
  name: 'accounts.by-identifier',
  text: `SELECT ${columns} FROM account_identifiers i JOIN accounts a USING (subject) WHERE i.value = $1`,
};

export const accountStore = ({ run }: Database): AccountStore => ({
  find: async (subject) => {
    const row = await first<AccountEntity>(run, bySubject, [subject]);
    return row && accountOf(row);
  },
  findByIdentifier: async (identifier) => {
    const row = await first<AccountEntity>(run, byIdentifier, [comparable(identifier)]);
    return row && withPassword(row);
  },
});

const accountOf = ({ subject, username, claims, updatedAt }: AccountEntity): Account => ({
  subject,
  username,
  claims,
  updatedAt: epochOf(updatedAt),
});

export const withPassword = (row: AccountEntity): AccountWithPassword => ({
  account: accountOf(row),
  ...(row.passwordHash === null ? {} : { passwordHash: row.passwordHash }),
});
