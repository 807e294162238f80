import type { EndpointReply, EndpointRequest } from '@portico/endpoint';
import type { EndpointContract } from './contract.js';
import type { EventName, PublishedEvent } from './events.js';
import type { Heartbeat } from './heartbeat.js';

/** Nobody answered a call before its deadline, or nobody is there to answer. */
export class Unavailable extends Error {
  override readonly name: string = 'Unavailable';
}

/** Whoever does something about every event of one name, once among all of the same name. */
export interface Follower {
  readonly name: string;
  readonly event: EventName;
  /** A throw means "again later". */
  readonly listener: (event: PublishedEvent) => Promise<void>;
}

/** Under which the answers come that a process is given over NATS; nobody else may subscribe there. */
export const inboxPrefixOf = (process: string): string => `_INBOX_${process}`;

/** Carries endpoint calls to the services, and facts to whoever listens. */
export interface Bus {
  /**
   * Asks the contract's service and parses the answer.
   * @throws Unavailable no answer within the contract's deadline
   */
  call(contract: EndpointContract, request: EndpointRequest): Promise<EndpointReply>;
  /**
   * Resolves once the event is kept for every listener; the same id twice is delivered once.
   * @throws Unavailable the bus did not confirm in time
   */
  publish(event: PublishedEvent): Promise<void>;
  /**
   * Tells the listeners that what has been published is all there is: a moment ago nothing waited.
   * @throws Unavailable the bus did not answer before the next one is due
   */
  heartbeat(heartbeat: Heartbeat): Promise<void>;
  /**
   * Hands over the events from now on, and those that came while nobody of that name was there; several at once, and in no
   * order. Answers how to stop. While the bus is away it waits.
   */
  follow(follower: Follower): () => Promise<void>;
}
