import { wantsMore } from '../acr.js';
import { isMeant } from '../authorization-request.js';
import type { PromptRule, Situation } from './prompt.js';

const answeredHere = ({ answers, session }: Situation): boolean =>
  answers.login !== undefined && answers.login.sid === session?.sid;

const tooOld = ({ request, client, session, now }: Situation): boolean => {
  const { maxAgeSeconds = Infinity } = request;
  const { session_lifetime: lifetimeSeconds = Infinity } = client.metadata;
  // 0 asks for a sign-in now, also within the second of the last one.
  return (
    session !== undefined && (maxAgeSeconds === 0 || now - session.authTime > Math.min(maxAgeSeconds, lifetimeSeconds))
  );
};

/** Who are you? @see OpenID Connect Core 1.0 §3.1.2.3 */
export const login: PromptRule = {
  name: 'login',
  error: 'login_required',
  reason: (situation) => {
    const { request, session, sub } = situation;
    if (!session || sub === undefined) return 'nobody is signed in';
    if (answeredHere(situation)) return undefined;
    if (request.prompt.includes('login')) return 'prompt=login';
    // Where nobody may be asked, a wish is none, and a condition fails with an error of its own.
    if (!request.prompt.includes('none') && wantsMore(request.claims, session.amr))
      return 'the sign-in does not reach the acr that is asked for';
    if (tooOld(situation)) return 'max_age, or the lifetime of a session for this client, has passed since the sign-in';
    return isMeant(request, sub) ? undefined : 'the request means another person';
  },
  ask: ({ request: { loginHint } }) => ({ name: 'login', ...(loginHint === undefined ? {} : { loginHint }) }),
};
