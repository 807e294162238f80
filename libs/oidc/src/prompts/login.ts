import type { PromptRule, Situation } from './prompt.js';

const answeredHere = ({ answers, session }: Situation): boolean =>
  answers.login !== undefined && answers.login.sid === session?.sid;

const tooOld = ({ request: { maxAgeSeconds }, session, now }: Situation): boolean => {
  if (maxAgeSeconds === undefined || !session) return false;
  // 0 asks for a sign-in now, also within the second of the last one.
  return maxAgeSeconds === 0 || now - session.authTime > maxAgeSeconds;
};

/** Who are you? @see OpenID Connect Core 1.0 §3.1.2.3 */
export const login: PromptRule = {
  name: 'login',
  error: 'login_required',
  reason: (situation) => {
    const { request, session } = situation;
    if (!session) return 'nobody is signed in';
    if (answeredHere(situation)) return undefined;
    if (request.prompt.includes('login')) return 'prompt=login';
    if (tooOld(situation)) return 'max_age has passed since the sign-in';
    if (request.hintedSubject !== undefined && request.hintedSubject !== session.subject)
      return 'id_token_hint names another person';
    return undefined;
  },
  ask: ({ request: { loginHint } }) => ({ name: 'login', ...(loginHint === undefined ? {} : { loginHint }) }),
};
