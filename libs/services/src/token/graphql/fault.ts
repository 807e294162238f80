import { json, type EndpointReply } from '@portico/endpoint';
import { asOAuthError, OAuthError } from '@portico/oidc';
import { GraphQLError } from 'graphql';
import { localeOf, type Locale } from '../../gateway/pages/locale.js';

/** A document that is not run; the sentence is for the client's developer, and quotes no value. */
export const unfit = (description: string): OAuthError => new OAuthError('invalid_request', description);

/** Authing's codes, as its documentation lists them. */
const codes = {
  busy: 1000,
  forbidden: 1001,
  locked: 2005,
  noSuchClient: 2011,
  notSignedIn: 2020,
  wrongCredentials: 2333,
} as const;

/** What a person may get to see of them; the rest is for developers. */
const sentences: Readonly<Record<number, Readonly<Record<Locale, string>>>> = {
  [codes.busy]: { en: 'The service is busy. Please try again.', 'zh-CN': '系统繁忙，请稍后再试' },
  [codes.locked]: {
    en: 'Too many attempts. Please try again later.',
    'zh-CN': '尝试次数过多，请稍后再试',
  },
  [codes.notSignedIn]: { en: 'Please sign in first.', 'zh-CN': '尚未登录，无权限访问此请求' },
  [codes.wrongCredentials]: { en: 'The account or the password is wrong.', 'zh-CN': '账号或密码错误' },
};

const codeByError: Partial<Record<OAuthError['error'], number>> = {
  invalid_grant: codes.wrongCredentials,
  invalid_token: codes.notSignedIn,
  invalid_client: codes.noSuchClient,
  unauthorized_client: codes.forbidden,
  insufficient_scope: codes.forbidden,
};

const codeOf = ({ error, retryAfterSeconds, status }: OAuthError): number => {
  if (retryAfterSeconds !== undefined) return codes.locked;
  return status >= 500 ? codes.busy : (codeByError[error] ?? status);
};

/** Why nobody is signed in, as `checkLoginStatus` tells it. */
export const notSignedIn = (acceptLanguage: string | undefined): { code: number; message: string } => ({
  code: codes.notSignedIn,
  message: sentences[codes.notSignedIn]?.[localeOf(undefined, acceptLanguage)] ?? '',
});

/** What a resolver has thrown, or what GraphQL itself found: its words may quote a variable, and so a password. */
const thrownIn = (error: unknown): OAuthError => {
  if (!(error instanceof GraphQLError)) return asOAuthError(error);
  const { originalError: original, path = [] } = error;
  if (original && !(original instanceof GraphQLError)) return asOAuthError(original);
  // Below the one field that is asked for stands our answer.
  return path.length > 1 ? asOAuthError(new Error('the answer does not fit the schema')) : unfitVariables();
};

const unfitVariables = (): OAuthError => unfit('The variables do not fit the operation');

/**
 * An error where the SDK looks for it: the message is an object, with Authing's code in it.
 *
 * Deviation: GraphQL §7.1.2 has a text there (docs/adr/0060-graphql.md). What another reader needs is in `extensions`.
 */
export const refused = (
  thrown: unknown,
  { id, acceptLanguage, status = 200 }: { id: string; acceptLanguage: string | undefined; status?: number },
): { readonly error: OAuthError; readonly reply: EndpointReply } => {
  const error = thrownIn(thrown);
  const code = codeOf(error);
  const data = { error: error.error, error_description: error.description, correlation_id: id };
  const message = sentences[code]?.[localeOf(undefined, acceptLanguage)] ?? error.description;
  const body = { data: null, errors: [{ message: { code, message, data }, extensions: data }] };
  const { retryAfterSeconds: wait } = error;
  return { error, reply: json(status, body, { headers: wait === undefined ? {} : { 'retry-after': String(wait) } }) };
};
