import { EventPattern, MessagePattern } from '@nestjs/microservices';
import {
  events,
  type CallContract,
  type EndpointContract,
  type EventName,
  type PublishedEvent,
} from '@portico/contracts';

type Told<Name extends EventName> = (event: Extract<PublishedEvent, { readonly event: Name }>) => void | Promise<void>;
type ListensDecorator<Name extends EventName> = (
  target: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Told<Name>>,
) => void;

/** The method answers the calls of an endpoint; the service's instances share them. */
export const Handles = (contract: EndpointContract): MethodDecorator => MessagePattern(contract.subject, { contract });

/** The method answers the calls of other services; the service's instances share them. */
export const Answers = (contract: CallContract): MethodDecorator => MessagePattern(contract.subject, { contract });

/** The method is told of every event of that name, in each instance of the service. */
export const Listens = <Name extends EventName>(event: Name): ListensDecorator<Name> =>
  eventPattern(events[event].subject);

const eventPattern: (subject: string) => MethodDecorator = EventPattern;
