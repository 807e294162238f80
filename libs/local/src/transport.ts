import { Logger } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import {
  events,
  publishedEventSchema,
  Unavailable,
  within,
  type Bus,
  type EndpointContract,
  type PublishedEvent,
} from '@portico/contracts';
import {
  endpointReplySchema,
  endpointRequestSchema,
  type EndpointReply,
  type EndpointRequest,
} from '@portico/endpoint';
import { isObservable, lastValueFrom } from 'rxjs';
import { localFollowers } from './followers.js';

interface LocalTransport {
  readonly strategy: CustomTransportStrategy;
  readonly bus: Bus;
}

const drainMs = 10_000;
/** How many events are remembered, so that the same id twice is told once. */
const rememberedEvents = 10_000;

const logger = new Logger('LocalTransport');

/** How messages go. */
export interface LocalOptions {
  /** Requests and replies go through JSON, too, as between processes: what works so works there. */
  readonly throughJson?: boolean;
}

/** The bus within one process: plain calls, held to the contract by its schemas. */
export const localTransport = ({ throughJson = false }: LocalOptions = {}): LocalTransport => {
  const handlers = new LocalHandlers();
  const followers = localFollowers();
  const told = new Set<string>();
  return {
    strategy: handlers,
    bus: {
      call: async (contract, request) => {
        const sent = throughJson ? viaJson : (message: unknown) => message;
        const asked = parseRequest(sent(request));
        const reply = await within(contract.deadlineMs, contract.name, handlers.call(contract, asked));
        return parseReply(contract, sent(reply));
      },
      publish: async (event) => {
        if (told.has(event.id)) return;
        remember(told, event.id);
        void handlers.tell(publishedEventSchema.parse(viaJson(event)));
        await followers.tell(publishedEventSchema.parse(viaJson(event)));
      },
      // Within one process nobody is behind.
      heartbeat: () => Promise.resolve(),
      follow: followers.follow,
    },
  };
};

/** Nest's side: knows the methods that bear `@Handles` and `@Listens`. */
class LocalHandlers extends Server implements CustomTransportStrategy {
  readonly #running = new Set<Promise<unknown>>();
  #open = false;

  listen(done: () => void): void {
    this.#open = true;
    done();
  }

  async close(): Promise<void> {
    this.#open = false;
    await within(drainMs, 'drain', Promise.allSettled(this.#running)).catch(() =>
      logger.warn(`gave up on ${this.#running.size} calls`),
    );
  }

  call(contract: EndpointContract, request: EndpointRequest): Promise<unknown> {
    if (!this.#open || !this.messageHandlers.has(contract.subject))
      throw new Unavailable(`${contract.name}: nobody answers`);
    return this.#run(contract.subject, request).catch(() => {
      // Nest's exception filter has logged the error itself.
      throw new Unavailable(`${contract.name}: failed`);
    });
  }

  async tell(event: PublishedEvent): Promise<void> {
    if (!this.#open) return;
    await this.#run(events[event.event].subject, event).catch(() =>
      logger.error(`${event.event} ${event.id} was not handled`),
    );
  }

  on(): void {
    // Nothing to tell: there is no connection.
  }

  unwrap(): never {
    throw new Error('There is no connection');
  }

  #run(subject: string, message: EndpointRequest | PublishedEvent): Promise<unknown> {
    const task = this.#invoke(subject, message).finally(() => this.#running.delete(task));
    this.#running.add(task);
    return task;
  }

  /** Not before the caller has gone on: nobody may rely on a handler that has already run. */
  async #invoke(subject: string, message: EndpointRequest | PublishedEvent): Promise<unknown> {
    await Promise.resolve();
    const result: unknown = await this.messageHandlers.get(subject)?.(message);
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  }
}

const viaJson = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

const parseRequest = (request: unknown): EndpointRequest => {
  const parsed = endpointRequestSchema.safeParse(request);
  if (!parsed.success) throw new Unavailable('malformed request');
  return parsed.data;
};

const parseReply = (contract: EndpointContract, reply: unknown): EndpointReply => {
  const parsed = endpointReplySchema.safeParse(reply);
  if (!parsed.success) throw new Unavailable(`${contract.name}: the reply does not fit the contract`);
  return parsed.data;
};

const remember = (told: Set<string>, id: string): void => {
  told.add(id);
  const [oldest] = told;
  if (told.size > rememberedEvents && oldest !== undefined) told.delete(oldest);
};
