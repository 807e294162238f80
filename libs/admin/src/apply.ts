import type { Clock } from '@portico/endpoint';
import type { Client } from '@portico/oidc';
import { comparable, type AccountWithPassword, type PasswordHasher } from '@portico/sso';
import { isDeepStrictEqual } from 'node:util';
import type { Declaration, DeclaredAccount, DeclaredClient, Given } from './declaration.js';
import { fault, type DeclarationError } from './faults.js';
import { newSubject } from './generate.js';
import { Taken, type Change, type Registrations } from './ports.js';

interface Needs {
  readonly registrations: Pick<Registrations, 'clients' | 'accounts' | 'settings' | 'save'>;
  readonly passwords: PasswordHasher;
  readonly clock: Clock;
}

/** All of it is JSON: a stored value and a declared one compare by what they say. */
const same = (one: unknown, other: unknown): boolean =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));

/** What there is now, and what it becomes. */
interface Step<Thing> {
  readonly before: Thing | undefined;
  readonly after: Thing;
}

const hashOf = async (secret: Given, passwords: PasswordHasher): Promise<string> =>
  'hash' in secret ? secret.hash : passwords.hash(secret.text);

/** A hash by argon2id is another one each time: only a comparison tells whether the secret is the one we have. */
const fits = async (secret: Given, hash: string | undefined, passwords: PasswordHasher): Promise<boolean> => {
  if (hash === undefined) return false;
  return 'hash' in secret ? secret.hash === hash : passwords.verify(secret.text, hash);
};

const secretsOf = async (declared: DeclaredClient, before: Client | undefined, { passwords, clock }: Needs) => {
  if (!declared.secret) return [];
  // One that rotation lets end fits as well: a file that still bears the old secret does not undo a rotation.
  for (const { hash } of before?.secrets ?? [])
    if (await fits(declared.secret, hash, passwords)) return before?.secrets ?? [];
  return [{ hash: await hashOf(declared.secret, passwords), createdAt: clock() }];
};

const clientStep = async (
  declared: DeclaredClient,
  before: Client | undefined,
  needs: Needs,
): Promise<Step<Client>> => {
  const { id, metadata } = declared;
  return { before, after: { id, metadata, secrets: await secretsOf(declared, before, needs) } };
};

const passwordOf = async (
  { password }: DeclaredAccount,
  before: AccountWithPassword | undefined,
  { passwords }: Needs,
): Promise<string | undefined> => {
  if (!password || (await fits(password, before?.passwordHash, passwords))) return before?.passwordHash;
  return hashOf(password, passwords);
};

const accountStep = async (
  declared: DeclaredAccount,
  before: AccountWithPassword | undefined,
  needs: Needs,
): Promise<Step<AccountWithPassword>> => {
  const { username, claims } = declared;
  const kept = before?.account.username === username && same(before.account.claims, claims);
  const account = kept
    ? before.account
    : {
        subject: declared.subject ?? before?.account.subject ?? newSubject(),
        username,
        claims,
        updatedAt: needs.clock(),
      };
  const passwordHash = await passwordOf(declared, before, needs);
  return { before, after: { account, ...(passwordHash !== undefined && { passwordHash }) } };
};

/** By its subject where one is declared, else by its user name; an account that another entry names by subject is that entry's. */
const matcher = (declaration: Declaration, accounts: readonly AccountWithPassword[]) => {
  const named = new Set(declaration.accounts.map(({ subject }) => subject));
  const bySubject = new Map(accounts.map((one) => [one.account.subject, one]));
  const byName = new Map(accounts.map((one) => [comparable(one.account.username), one]));
  return ({ subject, username }: DeclaredAccount): AccountWithPassword | undefined => {
    if (subject !== undefined) return bySubject.get(subject);
    const found = byName.get(comparable(username));
    return found && !named.has(found.account.subject) ? found : undefined;
  };
};

/** A setting, with its name. */
type SettingStep = Step<unknown> & { readonly name: string };

const settingSteps = async ({ settings }: Declaration, { registrations }: Needs): Promise<SettingStep[]> => {
  const stored: Readonly<Record<string, unknown>> = await registrations.settings();
  return Object.entries(settings).map(([name, after]) => ({ name, before: stored[name], after }));
};

const plan = async (declaration: Declaration, needs: Needs) => {
  const stored = new Map((await needs.registrations.clients()).map((client) => [client.id, client]));
  const match = matcher(declaration, await needs.registrations.accounts());
  const clients: Step<Client>[] = [];
  const accounts: Step<AccountWithPassword>[] = [];
  // One after the other: a long file must not take every thread of the pool.
  for (const declared of declaration.clients) clients.push(await clientStep(declared, stored.get(declared.id), needs));
  for (const declared of declaration.accounts) accounts.push(await accountStep(declared, match(declared), needs));
  return { clients, accounts, settings: await settingSteps(declaration, needs) };
};

const changeOf = <Thing>({ before, after }: Step<Thing>): Change['change'] => {
  if (before === undefined) return 'created';
  return same(before, after) ? 'unchanged' : 'updated';
};

const changed = <Thing>(steps: readonly Step<Thing>[]): Thing[] =>
  steps.filter((step) => changeOf(step) !== 'unchanged').map(({ after }) => after);

const attempt = async (declaration: Declaration, needs: Needs): Promise<Change[]> => {
  const { clients, accounts, settings } = await plan(declaration, needs);
  if ([...clients, ...accounts, ...settings].some((step) => changeOf(step) !== 'unchanged'))
    await needs.registrations.save(changed(clients), changed(accounts), declaration.settings);
  return [
    ...clients.map((step) => ({ kind: 'client' as const, name: step.after.id, change: changeOf(step) })),
    ...accounts.map((step) => ({
      kind: 'account' as const,
      name: step.after.account.username,
      change: changeOf(step),
    })),
    ...settings.map((step) => ({ kind: 'setting' as const, name: step.name, change: changeOf(step) })),
  ];
};

const takenFault = ({ field, account }: Taken, { accounts }: Declaration): DeclarationError => {
  const at = accounts.findIndex(({ username, subject }) => account === username || account === subject);
  const path = at < 0 ? 'accounts' : `accounts[${at}].${field}`;
  return fault(path, 'belongs to an account that the file does not name');
};

/**
 * Makes what the declaration names so, in one transaction, and leaves everything else alone; a second time changes
 * nothing. The declaration wins over what was set otherwise since; a secret that still fits is kept with its hash.
 * @see RFC 7591 §2
 * @throws DeclarationError an account's user name, e-mail address or phone number belongs to another account
 */
export const apply = (declaration: Declaration, needs: Needs): Promise<Change[]> =>
  attempt(declaration, needs)
    .catch((error: unknown) => {
      // Another instance may have applied the same file meanwhile: then the accounts are there by now.
      if (error instanceof Taken) return attempt(declaration, needs);
      throw error;
    })
    .catch((error: unknown) => {
      throw error instanceof Taken ? takenFault(error, declaration) : error;
    });
