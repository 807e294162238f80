import type { Clock } from '@portico/endpoint';
import type { Client } from '@portico/oidc';
import { comparable, type AccountWithPassword, type PasswordHasher } from '@portico/sso';
import { accessKeySteps, withAccessKeys } from './access-key-steps.js';
import type { Declaration, DeclaredAccount, DeclaredClient } from './declaration.js';
import { fault, type DeclarationError } from './faults.js';
import { newSubject } from './generate.js';
import { fits, hashOf } from './given.js';
import { replacePasswords, withPasswordsBefore } from './password-steps.js';
import { Taken, type Change, type Registrations } from './ports.js';
import { declaredSecrets, type ClientSecretKey } from './secrets.js';
import { checkSectors, type ReadDocument } from './sectors.js';
import { changed, changeOf, same, type Step } from './step.js';

interface Needs {
  readonly registrations: Pick<
    Registrations,
    'clients' | 'accounts' | 'settings' | 'accessKeys' | 'save' | 'setPassword'
  >;
  readonly passwords: PasswordHasher;
  readonly clientSecretKey: ClientSecretKey;
  readonly readDocument: ReadDocument;
  readonly clock: Clock;
}

const clientStep = async (
  declared: DeclaredClient,
  before: Client | undefined,
  needs: Needs,
): Promise<Step<Client>> => {
  const { id, metadata } = declared;
  const secrets = await declaredSecrets(declared, { before, at: needs.clock() }, needs);
  return { before, after: { id, metadata, secrets } };
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
  const accessKeys = await accessKeySteps(declaration, needs);
  return { clients, accessKeys, accounts, settings: await settingSteps(declaration, needs) };
};

const attempt = async (declaration: Declaration, needs: Needs): Promise<Change[]> => {
  const { clients, accessKeys, accounts, settings } = await plan(declaration, needs);
  const placed = clients.map((step, index) => ({ ...step, path: `clients[${index}].` }));
  await checkSectors(placed, needs.readDocument);
  if ([...clients, ...accessKeys, ...accounts, ...settings].some((step) => changeOf(step) !== 'unchanged')) {
    const people = changed(withPasswordsBefore(accounts));
    await needs.registrations.save(withAccessKeys(clients, accessKeys), people, declaration.settings);
    await replacePasswords(accounts, needs);
  }
  return [
    ...clients.map((step) => ({ kind: 'client' as const, name: step.after.id, change: changeOf(step) })),
    ...accessKeys.map((step) => ({ kind: 'access key' as const, name: step.after.id, change: changeOf(step) })),
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
 * nothing. The declaration wins over what was set otherwise since; a secret that still fits is kept with its hash. Another
 * password for somebody who is there is set last, in one step with the end of the sessions of the one before.
 * @see RFC 7591 §2, OWASP ASVS 5.0 §7.4.3
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
