import { page, single, type EndpointReply, type EndpointRequest, type Params } from '@portico/endpoint';
import type { Authenticated, NotAuthenticated } from '../authenticators/authenticator.js';
import { browserOf, csrfToken, isOurForm } from '../cookies.js';
import type { Interaction } from '../interaction.js';
import { checkForgery, goOn, interactionOf, type InteractionNeeds } from '../open-interaction.js';
import { startSession, type SessionNeeds } from '../current-session.js';
import { faultPage, type ReportNeeds } from '../fault.js';

/** What signing in takes. */
export interface SignInNeeds extends InteractionNeeds, SessionNeeds, ReportNeeds {
  readonly paths: { readonly signIn: string };
}

/**
 * The fields of a sign-in form, each once. It is a form of ours, and each authenticator has fields of its own in it:
 * whatever stands there is recognized.
 * @throws MalformedRequest a field is there twice
 */
export const signInFields = (request: EndpointRequest): Params => single(request, Object.keys(request.params));

/** What an authenticator said of who the person is. */
export type SignInOutcome = Authenticated | NotAuthenticated;

/**
 * Is this a sign-in form of ours, so that an authenticator may be asked? One that another site sent must not even count
 * as an attempt.
 */
export const isSignIn = (request: EndpointRequest, needs: Pick<SignInNeeds, 'cookies'>): boolean => {
  const [interaction = ''] = request.params.interaction ?? [];
  const [csrf] = request.params.csrf ?? [];
  return !request.params.answer?.length && isOurForm(request, needs.cookies, { purpose: interaction, csrf });
};

/**
 * The sign-in form comes back, with what an authenticator said of it where `isSignIn`: the session starts, the
 * interaction goes on.
 * @see OpenID Connect Core 1.0 §3.1.2.3
 */
export const signInEndpoint =
  (needs: SignInNeeds) =>
  async (request: EndpointRequest, outcome?: SignInOutcome): Promise<EndpointReply> => {
    try {
      const params = signInFields(request);
      const interaction = await interactionOf(request, params.interaction, needs);
      checkForgery(request, needs.cookies, { purpose: interaction.id, csrf: params.csrf });
      if (!outcome) return await goOn(interaction, { denied: { at: needs.clock() } }, needs);
      if ('fault' in outcome)
        return signInPage(request, interaction, { needs, outcome, identifier: params.identifier });
      const { session, cookies } = await startSession(request, outcome, needs);
      const reply = await goOn(interaction, { login: { sid: session.sid, at: session.authTime } }, needs);
      return { ...reply, cookies };
    } catch (error) {
      return faultPage(error, request, needs);
    }
  };

const statuses = { wrong_credentials: 422, too_many_attempts: 429 } as const;

/** The sign-in page, at first or after a refusal. */
export const signInPage = (
  request: EndpointRequest,
  interaction: Interaction,
  {
    needs,
    outcome,
    identifier,
  }: { needs: Pick<SignInNeeds, 'cookies' | 'paths'>; outcome?: NotAuthenticated; identifier?: string | undefined },
): EndpointReply => {
  const browser = browserOf(request, needs.cookies);
  const hint = identifier ?? (interaction.prompt.name === 'login' ? interaction.prompt.loginHint : undefined);
  const { retryAfterSeconds } = outcome ?? {};
  return page(
    outcome ? statuses[outcome.fault] : 200,
    {
      name: 'sign-in',
      action: needs.paths.signIn,
      interaction: interaction.id,
      csrf: csrfToken(browser.secret, interaction.id),
      client: interaction.client,
      cancellable: interaction.clientId !== '',
      ...(hint === undefined ? {} : { identifier: hint }),
      ...(outcome ? { fault: outcome.fault } : {}),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
    {
      uiLocales: interaction.uiLocales,
      display: interaction.display,
      headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    },
  );
};
