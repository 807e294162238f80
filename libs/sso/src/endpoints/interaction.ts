import {
  callerOf,
  MalformedRequest,
  page,
  redirect,
  single,
  type Endpoint,
  type EndpointReply,
  type EndpointRequest,
  type Params,
} from '@portico/endpoint';
import { browserOf, csrfToken } from '../cookies.js';
import type { Answers, Interaction } from '../interaction.js';
import { checkForgery, goOn, interactionOf, type InteractionNeeds } from '../open-interaction.js';
import { currentSession, type SessionNeeds } from '../current-session.js';
import type { Session } from '../session.js';
import { faultPage, type ReportNeeds } from '../fault.js';
import type { AccountStore, ConsentStore } from '../ports.js';
import { signInPage } from './sign-in.js';

/** What the pages between a request and its answer take. */
export interface InteractionEndpointNeeds extends InteractionNeeds, Pick<SessionNeeds, 'sessions'>, ReportNeeds {
  readonly accounts: AccountStore;
  readonly consents: ConsentStore;
  readonly paths: { readonly interaction: string; readonly signIn: string };
}

const recognized = ['interaction', 'csrf', 'answer'] as const;
type InteractionParams = Params<(typeof recognized)[number]>;

/**
 * The page of an interaction's prompt (GET), and the person's answer to it (POST). Signing in has an endpoint of its own.
 * @see OpenID Connect Core 1.0 §3.1.2.3, §3.1.2.4
 */
export const interactionEndpoint =
  (needs: InteractionEndpointNeeds): Endpoint =>
  async (request) => {
    try {
      const params = single(request, recognized);
      const interaction = await interactionOf(request, params.interaction, needs);
      if (request.method === 'GET') return await promptPage(request, interaction, needs);
      checkForgery(request, needs.cookies, { purpose: interaction.id, csrf: params.csrf });
      return await answered(request, interaction, { params, needs });
    } catch (error) {
      return faultPage(error, request, needs);
    }
  };

const promptPage = async (
  request: EndpointRequest,
  interaction: Interaction,
  needs: InteractionEndpointNeeds,
): Promise<EndpointReply> => {
  const { prompt, client, uiLocales, display } = interaction;
  if (prompt.name === 'login') return signInPage(request, interaction, { needs });
  const session = await currentSession(request, needs);
  // Signed out meanwhile: the protocol decides what to ask now.
  if (!session) return redirect(interaction.returnTo);
  const browser = browserOf(request, needs.cookies);
  const form = {
    action: needs.paths.interaction,
    interaction: interaction.id,
    csrf: csrfToken(browser.secret, interaction.id),
    client,
    account: { name: await nameOf(session, needs) },
  };
  const model =
    prompt.name === 'consent'
      ? { name: prompt.name, ...form, scopes: [...prompt.scopes] }
      : { name: 'select-account' as const, ...form };
  return page(200, model, { uiLocales, display });
};

const nameOf = async ({ subject }: Session, { accounts }: InteractionEndpointNeeds): Promise<string> => {
  const account = await accounts.find(subject);
  return account?.claims.name ?? account?.username ?? '';
};

const answered = async (
  request: EndpointRequest,
  interaction: Interaction,
  { params, needs }: { params: InteractionParams; needs: InteractionEndpointNeeds },
): Promise<EndpointReply> => {
  const at = needs.clock();
  if (params.answer === 'cancel' || params.answer === 'deny') return goOn(interaction, { denied: { at } }, needs);
  const session = await currentSession(request, needs);
  if (!session) return redirect(interaction.returnTo);
  if (params.answer === 'other') {
    await needs.interactions.ask(interaction.id, { name: 'login' });
    return redirect(`${needs.paths.interaction}?interaction=${interaction.id}`);
  }
  if (params.answer !== expectedAnswers[interaction.prompt.name])
    throw new MalformedRequest('answer', 'does not fit the question');
  return goOn(interaction, await approval(interaction, { session, request }, needs), needs);
};

const expectedAnswers = { login: undefined, select_account: 'continue', consent: 'allow' } as const;

const approval = async (
  interaction: Interaction,
  { session: { sid, subject }, request }: { session: Session; request: EndpointRequest },
  needs: InteractionEndpointNeeds,
): Promise<Answers> => {
  const at = needs.clock();
  const { prompt, clientId } = interaction;
  if (prompt.name !== 'consent') return { select_account: { sid, at } };
  await needs.consents.remember({ subject, clientId, scopes: prompt.scopes, at }, callerOf(request));
  return { consent: { sid, scopes: prompt.scopes, at } };
};
