import { scopesOfClaims } from '../claims.js';
import type { PromptRule, Situation } from './prompt.js';

const answeredHere = ({ answers, session }: Situation): readonly string[] | undefined =>
  answers.consent?.sid === session?.sid ? answers.consent?.scopes : undefined;

/**
 * The scopes that can come out of this request. `offline_access` is ignored unless the person is asked for it
 * (`prompt=consent`, or by a device, which has no `prompt`) or has approved it before, or the client's policy says so,
 * and where nothing comes that could be refreshed.
 * @see OpenID Connect Core 1.0 §11
 */
export const effectiveScope = ({ request, client, consent }: Situation): string[] => {
  const isAsked = request.prompt.includes('consent') || request.responseType === undefined;
  const approved =
    isAsked || client.metadata.consent !== 'remember' || (consent?.scopes.includes('offline_access') ?? false);
  const fetched = request.responseType?.includes('code') ?? true;
  const refreshes = client.metadata.grant_types.includes('refresh_token') && fetched;
  const offline = approved && refreshes;
  return request.scope.filter((scope) => scope !== 'offline_access' || offline);
};

/** What a person agrees to: also to the scopes in whose words they are told of claims asked for one by one. */
const toldScopes = (situation: Situation): string[] => [
  ...new Set([...effectiveScope(situation), ...scopesOfClaims(situation.request.claims)]),
];

/** May this client have that? @see OpenID Connect Core 1.0 §3.1.2.4, §3.2.2.4, §3.3.2.4 */
export const consentPrompt: PromptRule = {
  name: 'consent',
  error: 'consent_required',
  reason: (situation) => {
    const { request, client } = situation;
    const { consent: policy } = client.metadata;
    // Deviation: prompt=consent asks nobody where the client needs no consent (docs/adr/0030-consent-policy.md).
    if (policy === 'skip') return undefined;
    const here = answeredHere(situation);
    if (policy === 'always' && !here) return 'this client asks every time';
    if (request.prompt.includes('consent') && !here) return 'prompt=consent';
    const approved = [...(here ?? []), ...(situation.consent?.scopes ?? [])];
    const missing = toldScopes(situation).filter((scope) => !approved.includes(scope));
    if (missing.length > 0) return `not approved yet: ${missing.join(' ')}`;
    return situation.consent || here ? undefined : 'this client was never approved';
  },
  ask: (situation) => ({ name: 'consent', scopes: toldScopes(situation) }),
};
