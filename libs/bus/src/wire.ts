import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import type { TraceHeaders } from '@portico/contracts';

/** Why a service did not answer a call; the text of an error stays in its own log. */
export type Failure = 'malformed request' | 'failed' | 'busy';

// The header names of the NATS service protocol (ADR-32), so that other tools read them too.
const failureHeader = 'Nats-Service-Error';
const codeHeader = 'Nats-Service-Error-Code';
const codes: Record<Failure, { readonly status: string; readonly error: string }> = {
  'malformed request': { status: '400', error: 'invalid_request' },
  failed: { status: '500', error: 'server_error' },
  busy: { status: '503', error: 'temporarily_unavailable' },
};

/** The same in the words of the table of errors, for whoever reads the reply alone. */
export const codeOf = (failure: Failure): string => codes[failure].error;

export const failureHead = (failure: Failure): MsgHdrs => {
  const head = headers();
  head.set(failureHeader, failure);
  head.set(codeHeader, codes[failure].status);
  return head;
};

export const failureOf = ({ headers: head }: Msg): string | undefined =>
  head?.has(failureHeader) ? head.get(failureHeader) : undefined;

/** When the caller gives up, by its own clock, and how long that is from now. */
export interface Times {
  readonly deadline: number;
  readonly budgetMs?: number;
}

interface CallHead extends TraceHeaders, Times {
  readonly requestId: string;
}

export const callHead = ({ requestId, deadline, budgetMs, traceparent, tracestate }: CallHead): MsgHdrs => {
  const head = headers();
  head.set('request-id', requestId);
  head.set('deadline', String(deadline));
  if (budgetMs !== undefined) head.set('budget', String(budgetMs));
  if (traceparent) head.set('traceparent', traceparent);
  if (tracestate) head.set('tracestate', tracestate);
  return head;
};

/** What the caller says of the request; a header that is not there is undefined. */
export const toldBy = ({ headers: head }: Msg): TraceHeaders & { readonly requestId: string | undefined } => {
  const told = (name: string): string | undefined => (head?.has(name) ? head.get(name) : undefined);
  return { requestId: told('request-id'), traceparent: told('traceparent'), tracestate: told('tracestate') };
};

/** What the caller says of its deadline; nothing that is no number. */
export const timesOf = ({ headers: head }: Msg): Partial<Times> => {
  const numberIn = (name: string) => (head?.has(name) ? Number(head.get(name)) : NaN);
  const [deadline, budgetMs] = [numberIn('deadline'), numberIn('budget')];
  return {
    ...(Number.isFinite(deadline) ? { deadline } : {}),
    ...(Number.isFinite(budgetMs) && budgetMs > 0 ? { budgetMs } : {}),
  };
};

export const encode = (value: object): Uint8Array => Buffer.from(JSON.stringify(value));

/** What the bytes say, or undefined where they are no JSON. */
export const decode = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch {
    return undefined;
  }
};
