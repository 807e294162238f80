import { single, type Endpoint } from '@portico/endpoint';
import { interactionOf, type ReportNeeds } from '@portico/sso';
import { resumed } from '../authorization-request.js';
import { deliver } from '../delivery.js';
import { OAuthError } from '../errors.js';
import { faceOf } from '../face.js';
import type { Policy } from '../policy.js';
import type { ClientStore } from '../ports.js';
import { withSessionState } from '../logout/session-state.js';
import { targetAgain } from '../redirect-target.js';
import type { RedirectTarget } from '../response-modes/index.js';
import { proceed, type StepNeeds } from './authorization-step.js';
import { atClient, type AtClientNeeds } from './ending.js';

/** What rejoining takes. */
export interface ResumeNeeds extends StepNeeds, AtClientNeeds, ReportNeeds {
  readonly clients: ClientStore;
  readonly paths: AtClientNeeds['paths'];
  readonly policy: Policy;
}

/**
 * The person has answered: the stored request rejoins at the step where it left, and nothing is parsed twice.
 * @see OpenID Connect Core 1.0 §3.1.2.3
 */
export const resumeEndpoint =
  (needs: ResumeNeeds): Endpoint =>
  async (browser) => {
    let target: RedirectTarget | undefined;
    try {
      const interaction = await interactionOf(browser, single(browser, ['interaction']).interaction, needs);
      const client = await needs.clients.find(interaction.clientId);
      if (!client) throw new OAuthError('invalid_client', 'The client is no longer registered');
      const request = resumed(interaction);
      target = targetAgain(request, client, faceOf(request).issuer(needs.policy));
      if (request.scope.includes('openid')) target = withSessionState(target, { browser, client }, needs.cookies);
      const ending = atClient({ request, client, target }, needs);
      return await proceed({ request, client, ending, interaction }, browser, needs);
    } catch (error) {
      return deliver(error, target ? { to: 'client', target } : { to: 'page' }, {
        request: browser,
        report: needs.report,
      });
    }
  };
