import { parseJson, type Endpoint, type EndpointRequest } from '@portico/endpoint';
import { z } from 'zod';
import { enveloped, envelopedFault } from '../envelope.js';
import { issueTokens, type Issue } from '../tokens.js';
import type { PasswordKeyNeeds } from './password-key.js';
import { redeemGrant, type TokenNeeds } from './token.js';

/** What signing in by JSON takes. */
export interface SignInJsonNeeds extends TokenNeeds, PasswordKeyNeeds {}

/** One without a value counts as left out. @see RFC 6749 §3.1 */
const text = z
  .string()
  .max(4096)
  .nullish()
  .transform((given) => (given === '' ? undefined : (given ?? undefined)));
const identifiers = ['account', 'username', 'email', 'phone'] as const;

const payload = z
  .object({ password: z.string(), account: text, username: text, email: text, phone: text })
  .refine((given) => identifiers.filter((name) => given[name] !== undefined).length === 1, {
    error: `must name one of: ${identifiers.join(', ')}`,
  });

const signIn = z.object({
  connection: z.literal('PASSWORD', { error: 'must be PASSWORD: there is no other way to sign in here' }),
  passwordPayload: payload,
  options: z
    .object({
      scope: text,
      nonce: text,
      passwordEncryptType: z.enum(['none', 'rsa'], { error: 'must be none or rsa' }).nullish(),
      responseType: z.literal('id_token token', { error: 'must be id_token token: no code is issued here' }).nullish(),
    })
    .nullish(),
  client_id: text,
  client_secret: text,
});

type SignIn = z.output<typeof signIn>;

/** Authing's SDKs count on an ID Token of a person who has signed in. */
const defaultScope = 'openid profile';

/**
 * The password grant in the envelope of Authing's SDKs: the same clients may, proved the same way, with the same count of
 * guesses, and get the same tokens. There is no session.
 * @see RFC 6749 §4.3
 */
export const signInJsonEndpoint =
  (needs: SignInJsonNeeds): Endpoint =>
  async (request) => {
    try {
      const asked = parseJson(signIn, request);
      const issue = await redeemGrant(asForm(request, asked, needs), needs);
      const tokens = await issueTokens(withNonce(issue, asked), needs);
      // The SDKs have it misspelt in their types.
      return enveloped({ ...tokens, expire_in: tokens.expires_in });
    } catch (error) {
      return envelopedFault(error, { request, report: needs.report });
    }
  };

const asForm = (request: EndpointRequest, asked: SignIn, { passwordKey }: PasswordKeyNeeds): EndpointRequest => {
  const { passwordPayload: given, options, client_id: id, client_secret: secret } = asked;
  const [identifier = ''] = identifiers.flatMap((name) => given[name] ?? []);
  const isEncrypted = options?.passwordEncryptType === 'rsa';
  const form = {
    grant_type: 'password',
    username: identifier,
    password: isEncrypted ? passwordKey().decrypt(given.password) : given.password,
    scope: options?.scope ?? defaultScope,
    client_id: id,
    client_secret: secret,
  };
  return { ...request, params: listed(form) };
};

const listed = (form: Record<string, string | undefined>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(form).flatMap(([name, value]) => (value ? [[name, [value]]] : [])));

const withNonce = (issue: Issue, { options }: SignIn): Issue =>
  options?.nonce !== undefined ? { ...issue, nonce: options.nonce } : issue;
