import {
  callerOf,
  namedSecret,
  redirect,
  type Clock,
  type EndpointReply,
  type EndpointRequest,
} from '@portico/endpoint';
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
import { acrOf, requiredAcrs } from '../acr.js';
import type { Authorization } from '../authorization.js';
import { isMeant, type Asked } from '../authorization-request.js';
import type { Client } from '../client.js';
import { OAuthError } from '../errors.js';
import { faceOf } from '../face.js';
import { newAuthorization } from '../new-authorization.js';
import { effectiveScope } from '../prompts/consent.js';
import { nextPrompt } from '../prompts/index.js';
import type { PromptRule, Situation } from '../prompts/prompt.js';
import { onPage } from '../on-page.js';
import type { SubjectFor } from '../subject-identifier.js';
import type { Ending } from './ending.js';

/** What carrying an authorization request on takes. */
export interface StepNeeds {
  readonly sessions: SessionStore;
  readonly interactions: InteractionStore;
  readonly consents: ConsentStore;
  readonly subjectFor: SubjectFor;
  readonly clock: Clock;
  readonly cookies: CookiePolicy;
  readonly paths: { readonly interaction: string };
}

/** A checked request, as it comes in or as it comes back from a person. */
export interface Step {
  readonly request: Asked;
  readonly client: Client;
  readonly ending: Ending;
  /** Where it comes back from a person. */
  readonly interaction?: Interaction;
}

/**
 * Asks the person what must be asked next, or, where nothing is left to ask, comes to the request's ending.
 * @see OpenID Connect Core 1.0 §3.1.2.3, §3.1.2.4, §3.1.2.5
 * @throws OAuthError what the ending throws; login_required and the like where the client said `prompt=none`
 */
export const proceed = async (step: Step, browser: EndpointRequest, needs: StepNeeds): Promise<EndpointReply> => {
  if (step.interaction?.answers.denied) {
    await closeInteraction(step.interaction, needs);
    return step.ending.denied();
  }
  const situation = await situationOf(step, browser, needs);
  const next = nextPrompt(situation);
  if (!next) return answer(step, { situation, browser }, needs);
  if (step.request.prompt.includes('none') || !step.ending.mayAsk(browser))
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
  const sub = session && needs.subjectFor(client, session.subject);
  return { request, client, session, sub, consent, answers: interaction?.answers ?? {}, now: needs.clock() };
};

const ask = async (
  { request, client, ending, interaction }: Step,
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
  const now = needs.clock();
  const expiresAt = now + interactionLifetimeSeconds;
  const id = namedSecret({ from: now, until: expiresAt });
  await needs.interactions.open({
    id,
    browserHash,
    clientId: client.id,
    client: onPage(client),
    prompt,
    answers: {},
    returnTo: `${ending.returnTo}?interaction=${id}`,
    request,
    expiresAt,
    ...(request.uiLocales === undefined ? {} : { uiLocales: request.uiLocales }),
    ...(request.display === undefined ? {} : { display: request.display }),
  });
  return redirect(pageOf(id), { cookies });
};

const answer = async (
  { request, ending, interaction }: Step,
  { situation, browser }: { situation: Situation; browser: EndpointRequest },
  needs: StepNeeds,
): Promise<EndpointReply> => {
  const { session, sub } = situation;
  if (!session || sub === undefined) throw new OAuthError('server_error', 'The request lost its session');
  // §3.1.2.2: the person whom the request means, or nobody; another one may have signed in.
  if (!isMeant(request, sub)) {
    throw new OAuthError('login_required', 'The request means another person than the one who signed in');
  }
  const required = requiredAcrs(request.claims);
  if (required && !required.includes(acrOf(session.amr)))
    throw new OAuthError(
      'unmet_authentication_requirements',
      'The sign-in does not reach the acr that claims requires',
    );
  if (interaction) await closeInteraction(interaction, needs);
  return ending.granted(authorizationFor(situation, session), callerOf(browser));
};

/** What the person of a session lets a client do, once nobody has to be asked any more. @see RFC 6749 §1.4 */
export const authorizationFor = (situation: Situation, session: Session): Authorization => {
  const { request, client, now } = situation;
  const acr = acrOf(session.amr);
  return {
    ...newAuthorization({ client, face: faceOf(request), scope: effectiveScope(situation), at: now }),
    subject: session.subject,
    sid: session.sid,
    authTime: session.authTime,
    amr: session.amr,
    ...(acr === undefined ? {} : { acr }),
    ...(request.claims === undefined ? {} : { claims: request.claims }),
  };
};
