import type { Msg } from '@nats-io/transport-node';
import { events, Unavailable, type Bus, type EndpointContract } from '@portico/contracts';
import { endpointReplySchema, type EndpointReply, type EndpointRequest } from '@portico/endpoint';
import { eventStream } from './event-stream.js';
import type { Nats } from './nats.js';
import { callHead, decode, encode, failureOf } from './wire.js';

/** A NATS that restarts is back sooner; waiting longer would only pile up requests. */
const graceMs = 2_000;

/** The bus over NATS: calls are request/reply, events go through JetStream. */
export const natsBus = (nats: Nats): Bus => {
  const stream = eventStream(nats.connection);
  return {
    call: async (contract, request) => parseReply(contract, await reached(contract.name, ask(nats, contract, request))),
    publish: async (event) => {
      await reached(event.event, nats.whenConnected(graceMs));
      await reached(event.event, stream.publish(events[event.event].subject, event));
    },
  };
};

const ask = async (nats: Nats, contract: EndpointContract, request: EndpointRequest): Promise<Msg> => {
  const deadline = Date.now() + contract.deadlineMs;
  await nats.whenConnected(Math.min(graceMs, contract.deadlineMs));
  const timeout = Math.max(1, deadline - Date.now());
  const headers = callHead(request.id, deadline);
  return nats.connection.request(contract.subject, encode(request), { timeout, headers });
};

const parseReply = (contract: EndpointContract, message: Msg): EndpointReply => {
  const failure = failureOf(message);
  if (failure) throw new Unavailable(`${contract.name}: ${failure}`);
  const reply = endpointReplySchema.safeParse(decode(message.data));
  if (!reply.success) throw new Unavailable(`${contract.name}: the reply does not fit the contract`);
  return reply.data;
};

const reached = async <Answer>(what: string, answer: Promise<Answer>): Promise<Answer> => {
  try {
    return await answer;
  } catch (cause) {
    throw cause instanceof Unavailable ? cause : new Unavailable(`${what}: nobody answers`, { cause });
  }
};
