import {
  Catch,
  type ArgumentsHost,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type RpcExceptionFilter,
} from '@nestjs/common';
import { PATTERN_EXTRAS_METADATA } from '@nestjs/microservices/constants.js';
import type { EndpointContract } from '@portico/contracts';
import type { EndpointReply, EndpointRequest } from '@portico/endpoint';
import { tap, throwError, type Observable } from 'rxjs';
import type { Log } from './logging.js';

/** One line for each request that an endpoint has answered. */
export class EndpointLog implements NestInterceptor<EndpointReply, EndpointReply> {
  constructor(private readonly log: Log) {}

  intercept(context: ExecutionContext, next: CallHandler<EndpointReply>): Observable<EndpointReply> {
    const contract = contractOf(context);
    if (!contract) return next.handle();
    const { id: requestId } = context.switchToRpc().getData<EndpointRequest>();
    const beganAt = performance.now();
    return next.handle().pipe(
      tap((reply) => {
        const ms = Math.round((performance.now() - beganAt) * 10) / 10;
        const { kind, status } = reply;
        this.log.info({ endpoint: contract.name, kind, status, error: errorOf(reply), ms, requestId }, 'answered');
      }),
    );
  }
}

const contractOf = (context: ExecutionContext): EndpointContract | undefined => {
  const extras = Reflect.getMetadata(PATTERN_EXTRAS_METADATA, context.getHandler()) as
    { contract?: EndpointContract } | undefined;
  return extras?.contract;
};

const errorOf = (reply: EndpointReply): string | undefined => {
  switch (reply.kind) {
    case 'json':
      return typeof reply.body.error === 'string' ? reply.body.error : undefined;
    case 'page':
      return reply.page.name === 'error' ? reply.page.error : undefined;
    case 'form_post':
    case 'web_message':
      return reply.params.error;
    case 'redirect':
      return /[?&#]error=([a-z_]{1,64})(?:&|$)/.exec(reply.location)?.[1];
    case 'jwt':
    case 'qr_code':
    case 'empty':
      return undefined;
  }
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
