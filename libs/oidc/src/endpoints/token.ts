import {
  callerOf,
  json,
  named,
  namesOf,
  parse,
  single,
  type Endpoint,
  type EndpointRequest,
  type Params,
} from '@portico/endpoint';
import type { ReportNeeds } from '@portico/sso';
import {
  authenticateClient,
  type AuthenticatedClient,
  type ClientAuthNeeds,
} from '../client-auth/authenticate-client.js';
import { deliver } from '../delivery.js';
import { OAuthError } from '../errors.js';
import type { Face } from '../face.js';
import type { Grant, GrantNeeds } from '../grants/grant.js';
import { grants } from '../grants/index.js';
import { issueTokens, type Issue, type MintNeeds, type TokenResponse } from '../tokens.js';

/** What the token endpoint takes. */
export interface TokenNeeds extends ClientAuthNeeds, GrantNeeds, MintNeeds, ReportNeeds {}

/**
 * The token endpoint.
 * @see RFC 6749 §3.2, §4.1.3, §4.1.4, §4.4.2, §6; OpenID Connect Core 1.0 §3.1.3.1, §3.3.3.1, §3.3.3.3, §3.3.3.4
 */
export const tokenEndpoint =
  (needs: TokenNeeds): Endpoint =>
  async (request) => {
    try {
      return json(200, await tokenResponse(request, needs));
    } catch (error) {
      return deliver(error, { to: 'json', challenge: 'Basic' }, { request, report: needs.report });
    }
  };

/**
 * What the token endpoint answers to these parameters, whatever envelope they came in.
 * @see RFC 6749 §3.2, §5.1
 * @throws OAuthError invalid_client, unauthorized_client, unsupported_grant_type, and what the grant throws
 */
export const tokenResponse = async (request: EndpointRequest, needs: TokenNeeds): Promise<TokenResponse> =>
  issueTokens(await redeemGrant(request, needs), needs);

/**
 * Redeems the grant of a token request; what is to be issued from it is not issued yet.
 * @see RFC 6749 §3.2
 * @throws OAuthError invalid_client, unauthorized_client, unsupported_grant_type, and what the grant throws
 */
export const redeemGrant = async (request: EndpointRequest, needs: TokenNeeds): Promise<Issue> => {
  const client = await authenticateClient(request, 'token', needs);
  const grant = grantFor(single(request, ['grant_type']), client, needs.face);
  const asked = { ...needs, requestId: request.id, by: callerOf(request) };
  return grant.redeem(parse(grant.params, request), client, asked);
};

const grantFor = ({ grant_type: type }: Params<'grant_type'>, client: AuthenticatedClient, face: Face): Grant => {
  if (type === undefined) throw new OAuthError('invalid_request', 'grant_type is required');
  const offered = grants.filter(({ name }) => face.offers('grant_type', name));
  const grant = named(offered, type);
  if (!grant)
    throw new OAuthError('unsupported_grant_type', `grant_type must be one of: ${namesOf(offered).join(', ')}`);
  if (client.metadata.grant_types.some((registered) => registered === grant.name)) return grant;
  throw new OAuthError('unauthorized_client', `This client is not registered for grant_type=${grant.name}`);
};
