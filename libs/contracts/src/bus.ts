import type { EndpointReply, EndpointRequest } from '@portico/endpoint';
import type { EndpointContract } from './contract.js';
import type { PublishedEvent } from './events.js';

/** Nobody answered a call before its deadline, or nobody is there to answer. */
export class Unavailable extends Error {
  override readonly name: string = 'Unavailable';
}

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
}
