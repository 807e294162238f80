import { randomUUID } from 'node:crypto';
import { named, randomSecret, redirect, type Clock, type EndpointReply, type EndpointRequest } from '@portico/endpoint';
import {
  browserOf,
  closeInteraction,
  currentSession,
  interactionLifetimeSeconds,
  type ConsentStore,
  type CookiePolicy,
  type Interaction,
  type InteractionStore,
  type Session,
  type SessionStore,
} from '@portico/sso';
import type { Authorization } from '../authorization.js';
import type { AuthorizationRequest } from '../authorization-request.js';
import type { Client } from '../client.js';
import { OAuthError } from '../errors.js';
import type { TokenStore } from '../ports.js';
import { effectiveScope } from '../prompts/consent.js';
import { nextPrompt } from '../prompts/index.js';
import type { PromptRule, Situation } from '../prompts/prompt.js';
import { respond, type RedirectTarget } from '../response-modes/index.js';
import { responseTypes } from '../response-types/index.js';

/** What carrying an authorization request on takes. */
export interface StepNeeds {
  readonly tokens: TokenStore;
  readonly sessions: SessionStore;
  readonly interactions: InteractionStore;
  readonly consents: ConsentStore;
  readonly clock: Clock;
  readonly cookies: CookiePolicy;
  readonly paths: { readonly interaction: string; readonly resume: string };
}

/** A checked request, as it comes in or as it comes back from a person. */
export interface Step {
  readonly request: AuthorizationRequest;
  readonly client: Client;
  readonly target: RedirectTarget;
  /** Where it comes back from a person. */
  readonly interaction?: Interaction;
}

/**
 * Asks the person what must be asked next, or, where nothing is left to ask, answers the client.
 * @see OpenID Connect Core 1.0 §3.1.2.3, §3.1.2.4, §3.1.2.5
 * @throws OAuthError access_denied; login_required and the like where the client said `prompt=none`
 */
export const proceed = async (step: Step, browser: EndpointRequest, needs: StepNeeds): Promise<EndpointReply> => {
  if (step.interaction?.answers.denied) {
    await closeInteraction(step.interaction, needs);
    throw new OAuthError('access_denied', 'The person did not go on');
  }
  const situation = await situationOf(step, browser, needs);
  const next = nextPrompt(situation);
  if (!next) return answer(step, situation, needs);
  if (step.request.prompt.includes('none'))
    throw new OAuthError(next.rule.error, `The person must be asked: ${next.reason}`);
  return ask(step, { rule: next.rule, situation, browser }, needs);
};

const situationOf = async (
  { request, client, interaction }: Step,
  browser: EndpointRequest,
  needs: StepNeeds,
): Promise<Situation> => {
  const session = await currentSession(browser, needs);
  const consent = session && (await needs.consents.find(session.subject, client.id));
  return { request, client, session, consent, answers: interaction?.answers ?? {}, now: needs.clock() };
};

const ask = async (
  { request, client, interaction }: Step,
  { rule, situation, browser }: { rule: PromptRule; situation: Situation; browser: EndpointRequest },
  needs: StepNeeds,
): Promise<EndpointReply> => {
  const prompt = rule.ask(situation);
  const pageOf = (id: string): string => `${needs.paths.interaction}?interaction=${id}`;
  if (interaction) {
    await needs.interactions.ask(interaction.id, prompt);
    return redirect(pageOf(interaction.id));
  }
  const { hash: browserHash, cookies } = browserOf(browser, needs.cookies);
  const id = randomSecret();
  await needs.interactions.open({
    id,
    browserHash,
    clientId: client.id,
    client: onPage(client),
    prompt,
    answers: {},
    returnTo: `${needs.paths.resume}?interaction=${id}`,
    request,
    expiresAt: needs.clock() + interactionLifetimeSeconds,
    ...(request.uiLocales === undefined ? {} : { uiLocales: request.uiLocales }),
  });
  return redirect(pageOf(id), { cookies });
};

const onPage = ({ id, metadata }: Client): Interaction['client'] => ({
  name: metadata.client_name ?? id,
  ...(metadata.logo_uri === undefined ? {} : { logoUri: metadata.logo_uri }),
  ...(metadata.client_uri === undefined ? {} : { clientUri: metadata.client_uri }),
  ...(metadata.policy_uri === undefined ? {} : { policyUri: metadata.policy_uri }),
  ...(metadata.tos_uri === undefined ? {} : { tosUri: metadata.tos_uri }),
});

const answer = async (
  { request, client, target, interaction }: Step,
  situation: Situation,
  needs: StepNeeds,
): Promise<EndpointReply> => {
  const { session } = situation;
  const responseType = named(responseTypes, request.responseType);
  if (!session || !responseType) throw new OAuthError('server_error', 'The request lost its session');
  // §3.1.2.2: the person of the hint, or nobody; another one may have signed in.
  if (request.hintedSubject !== undefined && request.hintedSubject !== session.subject) {
    throw new OAuthError('login_required', 'id_token_hint names another person than the one who signed in');
  }
  if (interaction) await closeInteraction(interaction, needs);
  const authorization = authorizationFor(situation, session);
  return respond(target, await responseType.respond({ request, client, authorization }, needs));
};

const authorizationFor = (situation: Situation, session: Session): Authorization => ({
  id: randomUUID(),
  clientId: situation.client.id,
  subject: session.subject,
  scope: effectiveScope(situation),
  resources: [],
  sid: session.sid,
  authTime: session.authTime,
  amr: session.amr,
  grantedAt: situation.now,
});
