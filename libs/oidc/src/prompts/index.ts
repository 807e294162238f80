import type { Registry } from '@portico/endpoint';
import { consentPrompt } from './consent.js';
import { login } from './login.js';
import type { PromptRule, Situation } from './prompt.js';
import { selectAccount } from './select-account.js';

/** Every question, in the order in which they are asked. */
const prompts: Registry<PromptRule> = [login, selectAccount, consentPrompt];

/** The first question that has a reason, with that reason. @see OpenID Connect Core 1.0 §3.1.2.3, §3.2.2.3, §3.3.2.3 */
export const nextPrompt = (situation: Situation): { rule: PromptRule; reason: string } | undefined => {
  for (const rule of prompts) {
    const reason = rule.reason(situation);
    if (reason !== undefined) return { rule, reason };
  }
  return undefined;
};
