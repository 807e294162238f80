import {
  Catch,
  type ArgumentsHost,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type RpcExceptionFilter,
} from '@nestjs/common';
import { PATTERN_EXTRAS_METADATA } from '@nestjs/microservices/constants.js';
import type { CallContract, EndpointContract } from '@portico/contracts';
import type { EndpointReply, EndpointRequest } from '@portico/endpoint';
import { tap, throwError, type Observable } from 'rxjs';
import type { Log } from './logging.js';
import type { Metrics } from './metrics/metrics.js';
import { errorOf } from './metrics/outcome.js';
import { countRequests, type RequestCount } from './metrics/requests.js';

/** What notes the answers of a process. */
export interface EndpointNotes {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** One line for each request that an endpoint has answered, and one more in the count of them. */
export class EndpointLog implements NestInterceptor<EndpointReply, EndpointReply> {
  readonly #log: Log;
  readonly #count: RequestCount;

  constructor({ log, metrics }: EndpointNotes) {
    this.#log = log;
    this.#count = countRequests(metrics);
  }

  intercept(context: ExecutionContext, next: CallHandler<EndpointReply>): Observable<EndpointReply> {
    const contract = contractOf(context);
    if (!contract) return next.handle();
    if ('request' in contract) return this.#called(contract, next);
    const request = context.switchToRpc().getData<EndpointRequest>();
    const beganAt = performance.now();
    return next.handle().pipe(
      tap({
        next: (reply) => {
          const { kind, status } = reply;
          const error = errorOf(reply);
          const elapsedMs = performance.now() - beganAt;
          this.#count.answered({ contract, request, reply, error, elapsedMs });
          const line = { endpoint: contract.name, kind, status, error, ms: tenths(elapsedMs), requestId: request.id };
          this.#log.info(line, 'answered');
        },
        error: () => this.#count.failed(contract.name, performance.now() - beganAt),
      }),
    );
  }

  /** A call of another service: its answer is no HTTP reply. */
  #called<Answer extends object>({ name }: CallContract, next: CallHandler<Answer>): Observable<Answer> {
    const beganAt = performance.now();
    return next.handle().pipe(
      tap({
        next: (answer) => {
          const error = 'error' in answer ? String(answer.error) : undefined;
          const elapsedMs = performance.now() - beganAt;
          this.#count.called(name, error, elapsedMs);
          this.#log.info({ call: name, error, ms: tenths(elapsedMs) }, 'answered');
        },
        error: () => this.#count.failed(name, performance.now() - beganAt),
      }),
    );
  }
}

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

const contractOf = (context: ExecutionContext): EndpointContract | CallContract | undefined => {
  const extras = Reflect.getMetadata(PATTERN_EXTRAS_METADATA, context.getHandler()) as
    { contract?: EndpointContract | CallContract } | undefined;
  return extras?.contract;
};

/** An endpoint answers every error itself; what still gets out is logged under its request and told to nobody. */
@Catch()
export class EndpointFault implements RpcExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> {
    const { id: requestId } = host.switchToRpc().getData<Partial<EndpointRequest>>();
    this.log.error({ requestId, err: error }, 'failed');
    return throwError(() => new Error('failed'));
  }
}
