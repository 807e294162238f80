import { Unavailable } from '@portico/contracts';
import { MalformedRequest, page, showingOf, type EndpointReply, type EndpointRequest } from '@portico/endpoint';

/** Why a person cannot go on; told on a page, in a sentence without anything secret. */
export class SsoFault extends Error {
  override readonly name = 'SsoFault';
  constructor(
    readonly status: number,
    readonly error: string,
    readonly description: string,
  ) {
    super(description);
  }
}

/** Takes note of an error for the log, under the request's correlation id. */
export interface ReportNeeds {
  readonly report: (error: unknown, request: EndpointRequest) => void;
}

const faultOf = (error: unknown): SsoFault => {
  if (error instanceof SsoFault) return error;
  if (error instanceof MalformedRequest) {
    return new SsoFault(400, 'invalid_request', `${error.parameter} ${error.expected}`);
  }
  if (error instanceof Unavailable) {
    return new SsoFault(503, 'temporarily_unavailable', 'We are very busy just now. Please try again in a moment.');
  }
  return new SsoFault(500, 'server_error', 'Something went wrong on our side. Please try again.');
};

/** The page that tells a person what went wrong. */
export const faultPage = (error: unknown, request: EndpointRequest, { report }: ReportNeeds): EndpointReply => {
  report(error, request);
  const { status, error: code, description } = faultOf(error);
  // RFC 9110 §10.2.3
  const headers = status === 503 ? { 'retry-after': '2' } : {};
  const model = { name: 'error', error: code, description, correlationId: request.id } as const;
  return page(status, model, { ...showingOf(request), headers });
};
