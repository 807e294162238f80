import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';

/** Why a service did not answer a call; the text of an error stays in its own log. */
export type Failure = 'malformed request' | 'failed' | 'busy';

// The header names of the NATS service protocol (ADR-32), so that other tools read them too.
const failureHeader = 'Nats-Service-Error';
const codeHeader = 'Nats-Service-Error-Code';
const codes: Record<Failure, string> = { 'malformed request': '400', failed: '500', busy: '503' };

export const failureHead = (failure: Failure): MsgHdrs => {
  const head = headers();
  head.set(failureHeader, failure);
  head.set(codeHeader, codes[failure]);
  return head;
};

export const failureOf = ({ headers: head }: Msg): string | undefined =>
  head?.has(failureHeader) ? head.get(failureHeader) : undefined;

export const callHead = (requestId: string, deadline: number): MsgHdrs => {
  const head = headers();
  head.set('request-id', requestId);
  head.set('deadline', String(deadline));
  return head;
};

/** Nobody waits for the answer any more. */
export const isLate = ({ headers: head }: Msg): boolean =>
  head?.has('deadline') === true && Number(head.get('deadline')) <= Date.now();

export const encode = (value: object): Uint8Array => Buffer.from(JSON.stringify(value));

/** What the bytes say, or undefined where they are no JSON. */
export const decode = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch {
    return undefined;
  }
};
