import { mintIdToken } from '../id-token.js';
import type { ResponsePart } from './response-type.js';

/**
 * An ID Token, bound to what goes beside it. Where no access token can fetch them later, it carries the claims itself.
 * @see OpenID Connect Core 1.0 §3.2.2.10, §3.3.2.11, §5.4
 */
export const idToken: ResponsePart = {
  name: 'id_token',
  issue: async ({ client, authorization, request }, { params }, needs) => {
    const { scope, grantedAt: at } = authorization;
    const beside = {
      ...(params.access_token === undefined ? {} : { accessToken: params.access_token }),
      ...(params.code === undefined ? {} : { code: params.code }),
      ...(request.state === undefined ? {} : { state: request.state }),
      ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
    };
    const alone = params.access_token === undefined && params.code === undefined;
    const text = await mintIdToken(
      { client, authorization, scope, at, ...beside, ...(alone ? { withClaims: true } : {}) },
      needs,
    );
    return { params: { id_token: text }, stored: [] };
  },
};
