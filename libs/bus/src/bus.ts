import type { Msg } from '@nats-io/transport-node';
import {
  drainedSubject,
  events,
  Unavailable,
  within,
  type Bus,
  type Drained,
  type EndpointContract,
  type TraceHeaders,
} from '@portico/contracts';
import { endpointReplySchema, type EndpointReply } from '@portico/endpoint';
import { asking } from './ask.js';
import { eventStream } from './event-stream.js';
import { follow } from './follow.js';
import type { Nats } from './nats.js';
import { decode, encode, failureOf } from './wire.js';

/** A NATS that restarts is back sooner; waiting longer would only pile up requests. */
const graceMs = 2_000;

/** The bus over NATS: calls are request/reply, events go through JetStream. */
export const natsBus = (nats: Nats): Bus => {
  const stream = eventStream(nats);
  const ask = asking(nats, graceMs);
  return {
    call: (contract, request) => {
      const { subject, service } = contract;
      const asked = async (headers: TraceHeaders) =>
        parseReply(contract, await reached(contract.name, ask(contract, { request, headers })));
      return nats.tracing ? nats.tracing.calling({ subject, service, requestId: request.id }, asked) : asked({});
    },
    publish: async (event) => {
      await reached(event.event, nats.whenConnected(graceMs));
      await reached(event.event, stream.publish(events[event.event].subject, event));
    },
    heartbeat: async ({ lookedAt, everyMs }) => {
      if (!nats.isConnected()) throw new Unavailable('heartbeat: NATS is away');
      const state = await reached('heartbeat', within(everyMs, 'heartbeat', stream.state()));
      const ageMs = Math.ceil(performance.now() - lookedAt);
      const told: Drained = { sequence: state.lastSequence, stream: state.stream, ageMs, everyMs };
      nats.connection.publish(drainedSubject, encode(told));
    },
    follow: (follower) => follow(nats, follower),
  };
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
