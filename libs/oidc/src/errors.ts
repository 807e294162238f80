import { Unavailable } from '@portico/contracts';
import { MalformedRequest } from '@portico/endpoint';

/** Every error a client or a person can be told, with the status it has where it is not a redirect. */
const errorTable = {
  // RFC 6749 §4.1.2.1, §5.2
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  unsupported_response_type: 400,
  invalid_scope: 400,
  access_denied: 400,
  server_error: 500,
  temporarily_unavailable: 503,
  // RFC 6750 §3.1
  invalid_token: 401,
  insufficient_scope: 403,
  // RFC 8628 §3.5
  authorization_pending: 400,
  slow_down: 400,
  expired_token: 400,
  // OpenID Connect Core 1.0 §3.1.2.6
  login_required: 400,
  consent_required: 400,
  account_selection_required: 400,
  request_not_supported: 400,
  request_uri_not_supported: 400,
  registration_not_supported: 400,
  invalid_request_object: 400,
  // OpenID Connect Core Error Code unmet_authentication_requirements 1.0 §1
  unmet_authentication_requirements: 400,
} as const;

/** @see RFC 6749 §5.2 (error), RFC 6750 §3.1, RFC 9101 §7 */
export type ErrorCode = keyof typeof errorTable;

/** Every error code there is. @see RFC 6749 §5.2 */
export const errorCodes = Object.keys(errorTable) as readonly ErrorCode[];

// RFC 6749 §5.2: error_description excludes characters outside %x20-21 / %x23-5B / %x5D-7E.
const printable = (text: string): string => text.replaceAll('"', "'").replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?');

/**
 * What went wrong, for the client's developer; `detail` and `cause` go to the log alone. Where it is delivered is not
 * its business: that is read off how far the request got.
 * @see RFC 6749 §5.2
 */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly description: string;
  readonly detail: string | undefined;
  /** So long the client should wait; then the answer is 429. @see RFC 6585 §4 */
  readonly retryAfterSeconds: number | undefined;
  constructor(
    readonly error: ErrorCode,
    description: string,
    more: { detail?: string; cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(`${error}: ${description}`, { cause: more.cause });
    this.description = printable(description);
    this.detail = more.detail;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
  get status(): number {
    return this.retryAfterSeconds === undefined ? errorTable[this.error] : 429;
  }
}

/** Any error as one of the table; of an unforeseen one nothing is told. @see RFC 6749 §5.2 */
export const asOAuthError = (error: unknown): OAuthError => {
  if (error instanceof OAuthError) return error;
  if (error instanceof MalformedRequest) {
    return new OAuthError('invalid_request', `${error.parameter} ${error.expected}`, { cause: error });
  }
  if (error instanceof Unavailable) {
    return new OAuthError('temporarily_unavailable', 'A part of the provider does not answer. Please try again.', {
      cause: error,
    });
  }
  return new OAuthError('server_error', 'Something went wrong on our side; the log has it under the correlation id.', {
    cause: error,
  });
};

/** The wait of whoever comes again, as a header; none where coming again does not help. @see RFC 9110 §10.2.3 */
export const retryAfter = ({ retryAfterSeconds, status }: OAuthError): Record<string, string> => {
  const seconds = retryAfterSeconds ?? (status === 503 ? 2 : undefined);
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
};
