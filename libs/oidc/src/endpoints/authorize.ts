import { single, type Endpoint, type EndpointRequest } from '@portico/endpoint';
import type { ReportNeeds } from '@portico/sso';
import { authorizationParams } from '../authorization-params.js';
import { unsupportedIn } from '../checks/request-object.js';
import { validate, type ValidateNeeds } from '../checks/validate.js';
import type { Client } from '../client.js';
import { deliver } from '../delivery.js';
import { OAuthError } from '../errors.js';
import type { ClientStore } from '../ports.js';
import { redirectTarget } from '../redirect-target.js';
import { unwrap, type UnwrapNeeds } from '../request-object.js';
import type { RedirectTarget } from '../response-modes/index.js';
import { scopesOf } from '../scope.js';
import { withSessionState } from '../logout/session-state.js';
import { wayBackTo } from '../way-back.js';
import { proceed, type StepNeeds } from './authorization-step.js';
import { atClient, type AtClientNeeds } from './ending.js';

/** What the authorization endpoint takes. */
export interface AuthorizeNeeds extends StepNeeds, AtClientNeeds, UnwrapNeeds, ValidateNeeds, ReportNeeds {
  readonly clients: ClientStore;
  readonly paths: AtClientNeeds['paths'];
}

/**
 * The authorization endpoint, by GET and by POST.
 * @see RFC 6749 §3.1, §4.1.1; OpenID Connect Core 1.0 §3.1.2
 */
export const authorizeEndpoint =
  (needs: AuthorizeNeeds): Endpoint =>
  async (browser) => {
    let client: Client | undefined;
    let target: RedirectTarget | undefined;
    try {
      client = await clientOf(browser, needs);
      const { request: asked, fault } = await unwrap(browser, client, needs);
      target = targetOf({ asked, client, fault }, needs);
      if (isOpenId(asked, needs)) target = withSessionState(target, { browser, client }, needs.cookies);
      if (fault) throw fault;
      const request = await validate(single(asked, authorizationParams), { client, target }, needs);
      const ending = atClient({ request, client, target }, needs);
      return await proceed({ request, client, ending }, browser, needs);
    } catch (error) {
      const back = client ? wayBackTo(client, needs.policy.issuer) : {};
      return deliver(error, target ? { to: 'client', target } : { to: 'page', ...back }, {
        request: browser,
        report: needs.report,
      });
    }
  };

// What could not be read may have held the redirect URI: then its own error says what to mend.
const targetOf = (
  { asked, client, fault }: { asked: EndpointRequest; client: Client; fault: OAuthError | undefined },
  { face, policy }: AuthorizeNeeds,
): RedirectTarget => {
  try {
    return redirectTarget(asked, client, face.issuer(policy));
  } catch (error) {
    throw fault ?? unsupportedIn(asked) ?? error;
  }
};

const isOpenId = ({ params }: EndpointRequest, { face }: AuthorizeNeeds): boolean =>
  face.name === 'oidc' && scopesOf(params.scope?.[0]).includes('openid');

const clientOf = async ({ params }: EndpointRequest, { clients }: AuthorizeNeeds): Promise<Client> => {
  const [id, ...others] = params.client_id ?? [];
  if (id === undefined || id === '') throw new OAuthError('invalid_request', 'client_id is required');
  if (others.length > 0) throw new OAuthError('invalid_request', 'client_id must not be included more than once');
  const client = await clients.find(id);
  if (!client) throw new OAuthError('invalid_client', 'client_id is not registered here', { detail: `client ${id}` });
  return client;
};
