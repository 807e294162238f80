import { ErrorCode, NatsError, type Msg } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import type { EndpointContract, TraceHeaders } from '@portico/contracts';
import type { EndpointRequest } from '@portico/endpoint';
import { setTimeout as pause } from 'node:timers/promises';
import type { Nats } from './nats.js';
import { budget, firstAnswer } from './repeat.js';
import { callHead, encode } from './wire.js';

/** So long nobody may be there between the instance that leaves and the one that comes. */
const vacancyMs = 500;
const vacancyStepMs = 50;

/** An instance that has not answered by then has probably ended: whatever answers takes milliseconds. */
const againMs = 1_000;

/** A hundred at once, as where an instance is killed; else one for ten answers. */
const repetitions = () => budget(100, 0.1);

const logger = new Logger('Endpoints');

interface Question {
  readonly request: EndpointRequest;
  /** Of the trace it belongs to. */
  readonly headers: TraceHeaders;
}

type Ask = (contract: EndpointContract, question: Question) => Promise<Msg>;

/**
 * Asks the service of a contract. Where nobody has taken the request, it waits a moment for somebody who does; where
 * somebody may have, it is asked again if the contract lets it be, and the first answer counts.
 */
export const asking = (nats: Nats, graceMs: number): Ask => {
  const { spend, earn } = repetitions();
  return async (contract, { request, headers }) => {
    const deadline = Date.now() + contract.deadlineMs;
    await nats.whenConnected(Math.min(graceMs, contract.deadlineMs));
    const once = () => askOnce(nats, { contract, request, headers, deadline });
    const may = () => spend() && tell(contract, request);
    const isRepeatable = contract.repeatable.includes(request.method);
    const answer = await (isRepeatable ? firstAnswer(once, { afterMs: againMs, may }) : once());
    earn();
    return answer;
  };
};

const tell = ({ name }: EndpointContract, { id }: EndpointRequest): true => {
  logger.warn({ msg: `${name}: asked again`, requestId: id });
  return true;
};

interface Asked extends Question {
  readonly contract: EndpointContract;
  /** In milliseconds since the epoch. */
  readonly deadline: number;
}

const askOnce = async ({ connection }: Nats, { contract, request, headers: trace, deadline }: Asked): Promise<Msg> => {
  const budgetMs = Math.max(1, deadline - Date.now());
  const headers = callHead({ requestId: request.id, deadline, budgetMs, ...trace });
  const vacantUntil = Date.now() + vacancyMs;
  for (;;) {
    const timeout = Math.max(1, deadline - Date.now());
    try {
      return await connection.request(contract.subject, encode(request), { timeout, headers });
    } catch (error) {
      const goesOn = isVacant(error) && Date.now() + vacancyStepMs < Math.min(vacantUntil, deadline);
      if (!goesOn) throw error;
      await pause(vacancyStepMs);
    }
  }
};

/** NATS itself says so: nobody was there to take it. */
const isVacant = (error: unknown): boolean =>
  error instanceof NatsError && error.code === ErrorCode.NoResponders.valueOf();
