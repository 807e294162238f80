import type { Msg, Subscription } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import type { MessageHandler } from '@nestjs/microservices';
import { within, type CallContract, type EndpointContract } from '@portico/contracts';
import { endpointRequestSchema } from '@portico/endpoint';
import { isObservable, lastValueFrom } from 'rxjs';
import { lateness } from './lateness.js';
import type { Nats } from './nats.js';
import { codeOf, decode, encode, failureHead, toldBy, type Failure } from './wire.js';

/** An endpoint or a call, and the Nest handler that answers it. */
export interface Answering {
  readonly contract: EndpointContract | CallContract;
  readonly handler: MessageHandler<unknown, undefined, unknown>;
}

/** Why a call was not answered by its endpoint. */
type Drop = 'busy' | 'malformed' | 'late' | 'failed';

/** What a process has to do with calls, now and since it began. */
export interface Load {
  readonly running: number;
  readonly most: number;
  readonly dropped: Readonly<Record<Drop, number>>;
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
  const isLate = lateness();
  const dropped = { busy: 0, malformed: 0, late: 0, failed: 0 };

  const receive = (endpoint: Answering, message: Msg): void => {
    if (isLate(message)) {
      dropped.late += 1;
      return;
    }
    if (running.size >= inFlight) {
      dropped.busy += 1;
      refuse(message, 'busy', endpoint);
      return;
    }
    const request = requestSchemaOf(endpoint).safeParse(decode(message.data));
    if (!request.success) {
      // Only the field: further down the path are names that the caller chose.
      dropped.malformed += 1;
      const field = String(request.error.issues[0]?.path[0] ?? 'request');
      logger.warn({ msg: `${endpoint.contract.name}: malformed ${field}`, requestId: toldBy(message).requestId });
      refuse(message, 'malformed request', endpoint);
      return;
    }
    const handled = () => handle(endpoint, request.data);
    const task = respond(endpoint, message, traced(nats, { endpoint, message }, handled))
      .then((done) => void (dropped.failed += done ? 0 : 1))
      .finally(() => running.delete(task));
    running.add(task);
  };
  const subscriptions = endpoints.map((endpoint) => subscribe(nats, endpoint, receive));

  return {
    load: (): Load => ({ running: running.size, most: inFlight, dropped: { ...dropped } }),
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

const requestSchemaOf = ({ contract }: Answering) => ('request' in contract ? contract.request : endpointRequestSchema);

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

type Handled = () => Promise<unknown>;

const handle = async ({ handler }: Answering, request: unknown): Promise<unknown> => {
  const result = await handler(request);
  return isObservable(result) ? lastValueFrom(result) : result;
};

/** The same, in the trace that the caller tells of. */
const traced = (
  { tracing }: Nats,
  { endpoint, message }: { readonly endpoint: Answering; readonly message: Msg },
  handled: Handled,
): Handled => {
  if (!tracing) return handled;
  const { subject, service } = endpoint.contract;
  return () => tracing.answering({ subject, service, ...toldBy(message) }, handled);
};

/** False where the endpoint has failed. */
const respond = async (endpoint: Answering, message: Msg, handled: Handled): Promise<boolean> => {
  try {
    message.respond(encode((await handled()) as object));
    return true;
  } catch {
    // Nest's exception filter has logged the error itself.
    logger.error({ msg: `${endpoint.contract.name}: failed`, requestId: toldBy(message).requestId });
    refuse(message, 'failed', endpoint);
    return false;
  }
};

/** The connection may be gone by now; then the caller's deadline tells it. */
const refuse = (message: Msg, failure: Failure, { contract }: Answering): void => {
  // Who calls from elsewhere reads the answer alone.
  const told = 'request' in contract ? encode({ error: codeOf(failure) }) : undefined;
  try {
    message.respond(told, { headers: failureHead(failure) });
  } catch {
    logger.warn(`no way to say "${failure}"`);
  }
};
