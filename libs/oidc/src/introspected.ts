import { activeOrSelfContained, type ActiveTokenNeeds } from './active-token.js';
import { methodAt } from './client-auth/client-authentication.js';
import type { Client } from './client.js';
import { describedClaims, describedToken, type DescribedTokenNeeds } from './described-token.js';
import { faceOf, faces, type Face } from './face.js';
import type { SelfContainedNeeds } from './self-contained.js';

/** What telling of a token takes. */
export interface IntrospectedNeeds extends ActiveTokenNeeds, DescribedTokenNeeds, SelfContainedNeeds {
  readonly policy: DescribedTokenNeeds['policy'];
  readonly face: Face;
}

/**
 * What a client is told of a token: from the token itself while it is known by heart what was revoked, else from the
 * store.
 * @see RFC 7662 §2.2
 */
export const introspected = async (
  text: string,
  asking: Client,
  needs: IntrospectedNeeds,
): Promise<Record<string, unknown>> => {
  const active = await activeOrSelfContained(text, needs);
  if (!active) return { active: false };
  if ('claims' in active) {
    const { claims } = active;
    return mayKnow(asking, { face: faces.oidc, clientId: claims.client_id }, needs)
      ? { active: true, ...describedClaims(claims) }
      : { active: false };
  }
  const { held } = active;
  const { authorization } = held;
  return mayKnow(asking, { face: faceOf(authorization), clientId: authorization.clientId }, needs)
    ? { active: true, ...(await describedToken(held, needs, asking)) }
    : { active: false };
};

// Each issuer tells of its own tokens. A client that need not prove who it is learns of its own tokens alone; RFC 7662
// §2.1 wants the others' holders authorized.
const mayKnow = (
  asking: Client,
  issued: { readonly face: Face; readonly clientId: unknown },
  { face }: IntrospectedNeeds,
): boolean => issued.face === face && (methodAt('introspection', asking) !== 'none' || issued.clientId === asking.id);
