import { json, type EndpointReply, type EndpointRequest } from '@portico/endpoint';
import type { ReportNeeds } from '@portico/sso';
import { asOAuthError, retryAfter, type ErrorCode, type OAuthError } from './errors.js';

/**
 * The numbers of Authing's published list that mean the same; a person who is not there is told as a wrong password.
 * @see https://docs.authing.cn/v2/reference/error-code.html
 */
const apiCodes: Partial<Record<ErrorCode, number>> = {
  invalid_grant: 2006,
  unauthorized_client: 1001,
  temporarily_unavailable: 1000,
};

/** What an API of Authing's third version answers. @see https://docs.authing.cn/v2/reference/error-code.html */
export const enveloped = (data: Record<string, unknown>): EndpointReply =>
  json(200, { statusCode: 200, message: '操作成功', data });

/**
 * Turns an error into the envelope.
 *
 * Deviation: RFC 6749 §5.2 has 400 and 401 as the status. Here it is 200, as documented and as the SDKs need it: they read
 * `statusCode` in the body, and what they throw at any other status has the request in it, with the password
 * (docs/adr/0043-refusals-of-authing-v3.md). What is wrong on our side keeps its status: there a retry may help.
 * @see https://docs.authing.cn/v2/reference/error-code.html
 */
export const envelopedFault = (
  thrown: unknown,
  { request, report }: ReportNeeds & { readonly request: EndpointRequest },
): EndpointReply => {
  const error = asOAuthError(thrown);
  report(error, request);
  const body = { ...codesOf(error), message: error.description, requestId: request.id };
  return json(error.status < 500 ? 200 : error.status, body, { headers: retryAfter(error) });
};

const codesOf = (error: OAuthError): { statusCode: number; apiCode?: number } => {
  const { error: code, status: statusCode } = error;
  const apiCode = statusCode === 429 ? undefined : apiCodes[code];
  return { statusCode, ...(apiCode === undefined ? {} : { apiCode }) };
};
