import type { AuthorizationParams } from '../authorization-params.js';
import type { Check, CheckContext, Door } from './check.js';
import { claimsCheck } from './claims.js';
import { maxAgeCheck } from './max-age.js';
import { nonceCheck } from './nonce.js';
import { pkceCheck } from './pkce.js';
import { promptCheck } from './prompt.js';
import { redirectUriCheck } from './redirect-uri.js';
import { requestObjects } from './request-object.js';
import { responseModeCheck } from './response-mode.js';
import { responseTypeCheck } from './response-type.js';
import { scopeCheck } from './scope.js';

/** THE list: every rule for authorization requests, in the order in which they are told. */
const checks: readonly Check[] = [
  ...requestObjects,
  responseTypeCheck,
  redirectUriCheck,
  responseModeCheck,
  scopeCheck,
  nonceCheck,
  promptCheck,
  maxAgeCheck,
  pkceCheck,
  claimsCheck,
];

/**
 * Runs the rules that stand at this door.
 * @see OpenID Connect Core 1.0 §3.1.2.2
 * @throws OAuthError the first rule that is broken
 */
export const runChecks = (params: AuthorizationParams, context: CheckContext & { door: Door }): void => {
  for (const rule of checks) if (rule.doors.includes(context.door)) rule.check(params, context);
};
