import {
  createParamDecorator,
  HttpException,
  Inject,
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { VerifiedToken } from '../access-token.js';
import { BearerError, bearerToken, refusalOf } from '../bearer-error.js';
import type { ResourceServer } from '../resource-server.js';

/** Under this token Nest hands the guard its resource server: `{ provide: RESOURCE_SERVER, useValue: resourceServer(…) }`. */
export const RESOURCE_SERVER = Symbol('ResourceServer');

const scopeKey = 'portico:scope';

interface GuardedRequest {
  readonly headers: { readonly authorization?: string };
  accessToken?: VerifiedToken;
}

interface Response {
  header(name: string, value: string): unknown;
}

/** The scopes without which a route, or each of a controller, is refused. @see RFC 6749 §3.3 */
export const RequiredScope = (...scope: string[]): MethodDecorator & ClassDecorator => SetMetadata(scopeKey, scope);

/** The token that the guard has verified, as a parameter of a route. @see RFC 9068 §2.2 */
export const Token = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<GuardedRequest>().accessToken,
);

/** Lets pass who has an access token that holds, on Fastify and on Express. @see RFC 6750 §2.1, §3 */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(@Inject(RESOURCE_SERVER) private readonly server: ResourceServer) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<GuardedRequest>();
    try {
      const token = bearerToken(request.headers.authorization);
      request.accessToken = await this.server.verify(token, { scope: requiredScope(context) });
      return true;
    } catch (error) {
      throw refused(error, http.getResponse<Response>());
    }
  }
}

const requiredScope = (context: ExecutionContext): readonly string[] => {
  const found = [context.getHandler(), context.getClass()].map(
    (target) => Reflect.getMetadata(scopeKey, target) as readonly string[] | undefined,
  );
  return found.find((scope) => scope !== undefined) ?? [];
};

const refused = (error: unknown, response: Response): unknown => {
  if (!(error instanceof BearerError)) return error;
  const { status, headers, body } = refusalOf(error);
  for (const [name, value] of Object.entries(headers)) response.header(name, value);
  return new HttpException(body, status, { cause: error });
};
