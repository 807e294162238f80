import type { Msg, Subscription } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import type { MessageHandler } from '@nestjs/microservices';
import { within, type EndpointContract } from '@portico/contracts';
import { endpointRequestSchema, type EndpointRequest } from '@portico/endpoint';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Nats } from './nats.js';
import { decode, encode, failureHead, isLate, type Failure } from './wire.js';

/** An endpoint and the Nest handler that answers it. */
export interface Answering {
  readonly contract: EndpointContract;
  readonly handler: MessageHandler<EndpointRequest, undefined, unknown>;
}

/** How much a process takes on at once, and how long it may take to finish when it is told to stop. */
export interface Limits {
  readonly inFlight: number;
  readonly drainMs: number;
}

const logger = new Logger('Endpoints');

/** Answers the calls of these endpoints; the instances of a service share them. */
export const answer = (nats: Nats, endpoints: readonly Answering[], { inFlight, drainMs }: Limits) => {
  const running = new Set<Promise<void>>();

  const receive = (endpoint: Answering, message: Msg): void => {
    if (isLate(message)) return;
    if (running.size >= inFlight) {
      refuse(message, 'busy');
      return;
    }
    const request = endpointRequestSchema.safeParse(decode(message.data));
    if (!request.success) {
      // Only the field: further down the path are names that the caller chose.
      logger.warn(`${endpoint.contract.name}: malformed ${String(request.error.issues[0]?.path[0] ?? 'request')}`);
      refuse(message, 'malformed request');
      return;
    }
    const task = respond(endpoint, request.data, message).finally(() => running.delete(task));
    running.add(task);
  };
  const subscriptions = endpoints.map((endpoint) => subscribe(nats, endpoint, receive));

  return {
    /** Takes nothing new, lets what runs finish, sends the replies. */
    drain: async (): Promise<void> => {
      const finished = (async () => {
        await Promise.all(subscriptions.map((subscription) => subscription.drain()));
        await Promise.all(running);
        await nats.connection.flush();
      })();
      await within(drainMs, 'drain', finished).catch(() => logger.warn(`gave up on ${running.size} calls`));
    },
  };
};

const subscribe = (
  { connection }: Nats,
  endpoint: Answering,
  receive: (endpoint: Answering, message: Msg) => void,
): Subscription =>
  connection.subscribe(endpoint.contract.subject, {
    queue: endpoint.contract.service,
    callback: (error, message) => {
      if (error) logger.error(`${endpoint.contract.name}: ${error.code}`);
      else receive(endpoint, message);
    },
  });

const respond = async ({ contract, handler }: Answering, request: EndpointRequest, message: Msg): Promise<void> => {
  try {
    const result = await handler(request);
    const reply = isObservable(result) ? await lastValueFrom(result) : result;
    message.respond(encode(reply as object));
  } catch {
    // Nest's exception filter has logged the error itself.
    logger.error(`${contract.name}: failed, request ${request.id}`);
    refuse(message, 'failed');
  }
};

/** The connection may be gone by now; then the caller's deadline tells it. */
const refuse = (message: Msg, failure: Failure): void => {
  try {
    message.respond(undefined, { headers: failureHead(failure) });
  } catch {
    logger.warn(`no way to say "${failure}"`);
  }
};
