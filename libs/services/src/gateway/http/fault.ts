import { Unavailable, type Caller } from '@portico/contracts';
import { json, page, type EndpointReply } from '@portico/endpoint';

/** A request that never reached an endpoint, or an endpoint that did not answer. The words are for the caller's developer. */
export class EdgeFault extends Error {
  override readonly name = 'EdgeFault';
  constructor(
    readonly status: number,
    readonly error: string,
    readonly terms: { readonly description: string; readonly headers?: Record<string, string> },
  ) {
    super(terms.description);
  }
}

const refused = (status: number, description: string, headers: Record<string, string> = {}): EdgeFault =>
  new EdgeFault(status, 'invalid_request', { description, headers });

/** Something in the request cannot be read; `what` never quotes it. */
export const malformed = (what: string): EdgeFault => refused(400, what);

export const unsupportedContentType = (expected: string): EdgeFault =>
  refused(400, `the body must be sent as ${expected} in UTF-8`);

export const urlTooLong = (maxLength: number): EdgeFault =>
  refused(414, `the URL is longer than ${maxLength} characters`);

/** @see RFC 9110 §15.5.6 */
export const methodNotAllowed = (allow: readonly string[]): EdgeFault =>
  refused(405, `the method must be ${allow.join(' or ')}`, { allow: allow.join(', ') });

export const notFound = (): EdgeFault =>
  new EdgeFault(404, 'not_found', { description: 'there is nothing at this address' });

const bodyTooLarge = (): EdgeFault => refused(413, 'the body is too large');

/** @see RFC 6749 §4.1.2.1 (temporarily_unavailable), RFC 9110 §10.2.3 */
const unavailable = (): EdgeFault =>
  new EdgeFault(503, 'temporarily_unavailable', {
    description: 'the service does not answer at the moment; please try again',
    headers: { 'retry-after': '5' },
  });

const serverError = (): EdgeFault =>
  new EdgeFault(500, 'server_error', { description: 'something went wrong on our side' });

const byFastifyCode: Readonly<Record<string, () => EdgeFault>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: bodyTooLarge,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => malformed('the Content-Type header is not a media type'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => malformed('the body is not as long as Content-Length says'),
  FST_ERR_BAD_URL: () => malformed('the path is not percent-encoded UTF-8'),
  FST_ERR_MAX_PARAM_LENGTH: notFound,
};

/** What the caller is told of an error; of one we do not know, nothing. */
export const faultOf = (error: unknown): EdgeFault => {
  if (error instanceof EdgeFault) return error;
  if (error instanceof Unavailable) return unavailable();
  return (
    byFastifyCode[codeOf(error)]?.() ?? (isRefusal(error) ? malformed('the request cannot be read') : serverError())
  );
};

const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
};

/** Fastify itself blames the request, for instance for a body that broke off. */
const isRefusal = (error: unknown): boolean => {
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
};

/** The fault as its caller can read it: JSON for a client, a page for a person. */
export const faultReply = (fault: EdgeFault, { caller, id }: { caller: Caller; id: string }): EndpointReply => {
  const { status, error, terms } = fault;
  const { description, headers = {} } = terms;
  return caller === 'client'
    ? json(status, { error, error_description: description, correlation_id: id }, { headers })
    : page(status, { name: 'error', error, description, correlationId: id }, { headers });
};

/** What the log says of an error of ours: its kind and the places in the code, not its words. */
export const failureOf = (error: unknown): string => {
  const { name = typeof error, stack = '' } = (error ?? {}) as Partial<Error>;
  const places = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const kind = [name, codeOf(error)].filter(Boolean).join(' ');
  return [kind, ...places.slice(0, 6).map((place) => place.trim())].join(' ');
};
