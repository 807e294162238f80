import { json, named, namesOf, parse, single, type Endpoint, type Params } from '@portico/endpoint';
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
import { issueTokens, type MintNeeds } from '../tokens.js';

/** What the token endpoint takes. */
export interface TokenNeeds extends ClientAuthNeeds, GrantNeeds, MintNeeds, ReportNeeds {}

/**
 * The token endpoint.
 * @see RFC 6749 §3.2, §4.1.3, §4.4.2, §6
 */
export const tokenEndpoint =
  (needs: TokenNeeds): Endpoint =>
  async (request) => {
    try {
      const params = single(request);
      const client = await authenticateClient(request, 'token', needs);
      const grant = grantFor(params, client, needs.face);
      const issue = await grant.redeem(parse(grant.params, params), client, { ...needs, ip: request.ip });
      return json(200, await issueTokens(issue, needs));
    } catch (error) {
      return deliver(error, { to: 'json', challenge: 'Basic' }, { request, report: needs.report });
    }
  };

const grantFor = ({ grant_type: type }: Params, client: AuthenticatedClient, face: Face): Grant => {
  if (type === undefined) throw new OAuthError('invalid_request', 'grant_type is required');
  const offered = grants.filter(({ name }) => face.offers('grant_type', name));
  const grant = named(offered, type);
  if (!grant)
    throw new OAuthError('unsupported_grant_type', `grant_type must be one of: ${namesOf(offered).join(', ')}`);
  if (client.metadata.grant_types.some((registered) => registered === grant.name)) return grant;
  throw new OAuthError('unauthorized_client', `This client is not registered for grant_type=${grant.name}`);
};
