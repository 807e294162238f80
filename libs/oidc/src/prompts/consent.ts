import type { PromptRule, Situation } from './prompt.js';

const answeredHere = ({ answers, session }: Situation): readonly string[] | undefined =>
  answers.consent?.sid === session?.sid ? answers.consent?.scopes : undefined;

/**
 * The scopes that can come out of this request. `offline_access` is ignored unless the person is asked for it
 * (`prompt=consent`) or has approved it before, and where the client cannot refresh anyway.
 * @see OpenID Connect Core 1.0 §11
 */
export const effectiveScope = ({ request, client, consent }: Situation): string[] => {
  const asked = request.prompt.includes('consent') || (consent?.scopes.includes('offline_access') ?? false);
  const offline = asked && client.metadata.grant_types.includes('refresh_token');
  return request.scope.filter((scope) => scope !== 'offline_access' || offline);
};

/** May this client have that? @see OpenID Connect Core 1.0 §3.1.2.4 */
export const consentPrompt: PromptRule = {
  name: 'consent',
  error: 'consent_required',
  reason: (situation) => {
    const here = answeredHere(situation);
    if (situation.request.prompt.includes('consent') && !here) return 'prompt=consent';
    const approved = [...(here ?? []), ...(situation.consent?.scopes ?? [])];
    const missing = effectiveScope(situation).filter((scope) => !approved.includes(scope));
    if (missing.length > 0) return `not approved yet: ${missing.join(' ')}`;
    return situation.consent || here ? undefined : 'this client was never approved';
  },
  ask: (situation) => ({ name: 'consent', scopes: effectiveScope(situation) }),
};
