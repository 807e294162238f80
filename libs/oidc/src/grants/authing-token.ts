import { isEncrypted, type JwtClaims } from '@portico/jwt';
import type { Session } from '@portico/sso';
import { z } from 'zod';
import type { AuthenticatedClient } from '../client-auth/authenticate-client.js';
import { authingTokenGrant } from '../client.js';
import { authorizationFor } from '../endpoints/authorization-step.js';
import { OAuthError } from '../errors.js';
import { idTokenHint } from '../id-token-hint.js';
import { nextPrompt } from '../prompts/index.js';
import type { Situation } from '../prompts/prompt.js';
import { isRegistered } from '../redirect-uri.js';
import { allowedScopes, scopesOf } from '../scope.js';
import { grant, type GrantNeeds } from './grant.js';

const params = z.object({ token: z.string(), redirect_uri: z.string().optional(), scope: z.string().optional() });

const refused = (description: string): OAuthError => new OAuthError('invalid_grant', description);

/**
 * An ID Token, while its session lives, for an access token. Authing's. A client gets what `prompt=none` would give it
 * at this moment, and no refresh token (docs/adr/0044-tokens-for-an-id-token.md).
 * @see RFC 6749 §4.5, OpenID Connect Core 1.0 §3.1.2.1 (prompt=none, the standard's way)
 */
export const authingToken = grant({
  name: authingTokenGrant,
  params,
  redeem: async (given, client, needs) => {
    const { redirect_uri: uri } = given;
    if (uri !== undefined && !isRegistered(uri, client.metadata.redirect_uris, client.metadata))
      throw refused('redirect_uri is not registered for this client');
    const session = await sessionOf(await idTokenOf(given.token, client, needs), client, needs);
    const situation = await situationOf(given.scope, { client, session }, needs);
    const asked = nextPrompt(situation);
    if (asked) {
      const error = asked.rule.name === 'consent' ? 'invalid_scope' : 'invalid_grant';
      throw new OAuthError(error, `The person must be asked: ${asked.reason}`);
    }
    const authorization = authorizationFor(situation, session);
    return {
      client,
      authorization,
      scope: authorization.scope,
      save: (tokens) => needs.tokens.begin(authorization, tokens, needs.by),
    };
  },
});

const idTokenOf = async (text: string, client: AuthenticatedClient, needs: GrantNeeds): Promise<JwtClaims> => {
  const claims = isEncrypted(text) ? undefined : await idTokenHint(text, needs);
  if (claims?.aud !== client.id) throw refused('token must be an ID Token that was issued to this client');
  if (typeof claims.exp !== 'number' || claims.exp <= needs.clock()) throw refused('token has expired');
  return claims;
};

// One without `sid` came without a browser (a password, a device): nothing could tell when it is over.
const sessionOf = async (
  { sid, sub }: JwtClaims,
  client: AuthenticatedClient,
  { sessions, subjectFor, clock }: GrantNeeds,
): Promise<Session> => {
  const session = typeof sid === 'string' ? await sessions.findBySid(sid, clock()) : undefined;
  if (!session || subjectFor(client, session.subject) !== sub) throw refused('The session of this ID Token is over');
  return session;
};

const situationOf = async (
  scope: string | undefined,
  { client, session }: { client: AuthenticatedClient; session: Session },
  { consents, subjectFor, clock, face }: GrantNeeds,
): Promise<Situation> => {
  const now = clock();
  const consent = await consents.find(session.subject, client.id);
  const approved = client.metadata.consent === 'skip' ? scopesOf(client.metadata.scope) : (consent?.scopes ?? []);
  const wanted = scope === undefined ? approved : scopesOf(scope);
  const { default_max_age: maxAgeSeconds } = client.metadata;
  const request = {
    clientId: client.id,
    scope: allowedScopes(wanted, client).filter((one) => face.knows(one) && one !== 'offline_access'),
    prompt: ['none'],
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
    responseType: 'code',
    requestedAt: now,
  };
  return { request, client, session, sub: subjectFor(client, session.subject), consent, answers: {}, now };
};
