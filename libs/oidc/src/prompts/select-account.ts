import type { PromptRule } from './prompt.js';

/** As whom do you go on? Signing in has answered that too. @see OpenID Connect Core 1.0 §3.1.2.1 (select_account) */
export const selectAccount: PromptRule = {
  name: 'select_account',
  error: 'account_selection_required',
  reason: ({ request, answers, session }) => {
    if (!request.prompt.includes('select_account')) return undefined;
    const chosen = [answers.login?.sid, answers.select_account?.sid].includes(session?.sid);
    return chosen ? undefined : 'prompt=select_account';
  },
  ask: () => ({ name: 'select_account' }),
};
