import { redirect, sameText, type Clock, type EndpointReply, type EndpointRequest } from '@portico/endpoint';
import { browserOf, isOurForm, type CookiePolicy } from './cookies.js';
import { SsoFault } from './fault.js';
import type { Answers, Interaction } from './interaction.js';
import type { InteractionStore } from './ports.js';

/** What finding an interaction takes. */
export interface InteractionNeeds {
  readonly interactions: InteractionStore;
  readonly clock: Clock;
  readonly cookies: CookiePolicy;
}

/**
 * The open interaction that a request names, if it began in this very browser: a link to it that is sent to somebody
 * else leads nowhere.
 * @throws SsoFault it has ended, expired, or is another browser's
 */
export const interactionOf = async (
  request: EndpointRequest,
  id: string | undefined,
  needs: InteractionNeeds,
): Promise<Interaction> => {
  const found = id === undefined ? undefined : await needs.interactions.find(id, needs.clock());
  if (!found || !sameText(found.browserHash, browserOf(request, needs.cookies).hash)) throw expired();
  return found;
};

const expired = (): SsoFault =>
  new SsoFault(
    400,
    'interaction_expired',
    'This page has expired, was used already, or was opened in another browser. Please go back to the application and start again.',
  );

/**
 * Keeps what the person answered and sends the browser back to the protocol that asked.
 * @throws SsoFault the interaction has ended meanwhile
 */
export const goOn = async (
  interaction: Interaction,
  answers: Answers,
  needs: Pick<InteractionNeeds, 'interactions' | 'clock'>,
): Promise<EndpointReply> => {
  if (await needs.interactions.answer(interaction.id, answers, needs.clock())) return redirect(interaction.returnTo);
  throw expired();
};

/** Ends the interaction: what hangs on it happens once. @throws SsoFault somebody was quicker */
export const closeInteraction = async (
  interaction: Interaction,
  needs: Pick<InteractionNeeds, 'interactions' | 'clock'>,
): Promise<void> => {
  if (!(await needs.interactions.close(interaction.id, needs.clock()))) throw expired();
};

/**
 * Refuses a form that another site has sent in the person's name.
 * @throws SsoFault
 */
export const checkForgery = (
  request: EndpointRequest,
  cookies: CookiePolicy,
  form: { purpose: string; csrf: string | undefined },
): void => {
  if (isOurForm(request, cookies, form)) return;
  throw new SsoFault(
    403,
    'forged_form',
    'This form was not sent from our own page, or cookies are blocked. Please go back and try again.',
  );
};
