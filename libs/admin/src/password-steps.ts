import type { Clock } from '@portico/endpoint';
import type { AccountWithPassword } from '@portico/sso';
import type { Registrations } from './ports.js';
import type { Step } from './step.js';

type AccountStep = Step<AccountWithPassword>;

const isReplaced = ({ before, after }: AccountStep): boolean =>
  before !== undefined && before.passwordHash !== after.passwordHash;

/** What is saved with everything else: whoever is there already keeps the password for now. */
export const withPasswordsBefore = (steps: readonly AccountStep[]): AccountStep[] =>
  steps.map((step) => (isReplaced(step) ? { ...step, after: { ...step.before, account: step.after.account } } : step));

/** Sets those that are replaced, each in one step with the end of the sessions that began with the one before. */
export const replacePasswords = async (
  steps: readonly AccountStep[],
  { registrations, clock }: { readonly registrations: Pick<Registrations, 'setPassword'>; readonly clock: Clock },
): Promise<void> => {
  for (const { account, passwordHash } of steps.filter(isReplaced).map(({ after }) => after))
    if (passwordHash !== undefined) await registrations.setPassword(account.username, passwordHash, clock());
};
