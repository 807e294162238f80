import { createParamDecorator, Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { EndpointRequest, Registry } from '@portico/endpoint';
import { isSignIn, type Authenticator, type SignInOutcome } from '@portico/sso';
import passport from 'passport';
import { SSO_NEEDS } from '../common/adapters.module.js';
import type { SsoNeeds } from '../common/needs.js';
import { AuthenticatorStrategy } from './authenticator.strategy.js';

/** Every way to sign in: `Registry<Authenticator>`; a form that names none means the first. */
export const AUTHENTICATORS = Symbol('Authenticators');

// A request is plain data: what is found out about it stands beside it.
const outcomes = new WeakMap<EndpointRequest, SignInOutcome>();

const requestOf = (context: ExecutionContext): EndpointRequest => context.switchToRpc().getData<EndpointRequest>();

/** What an authenticator said of the request, where one was asked. */
export const Outcome = createParamDecorator((_: unknown, context: ExecutionContext) =>
  outcomes.get(requestOf(context)),
);

/** Has passport ask the authenticator that a sign-in form of ours names. It refuses nothing: the endpoint answers. */
@Injectable()
export class SignInGuard implements CanActivate {
  readonly #guards: ReadonlyMap<string, CanActivate>;
  readonly #first: string;

  constructor(
    @Inject(AUTHENTICATORS) authenticators: Registry<Authenticator>,
    @Inject(SSO_NEEDS) private readonly needs: Pick<SsoNeeds, 'cookies'>,
  ) {
    this.#guards = new Map(authenticators.map((authenticator) => [authenticator.name, guardOf(authenticator)]));
    this.#first = authenticators[0]?.name ?? '';
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = requestOf(context);
    if (!isSignIn(request, this.needs) || isAmbiguous(request)) return true;
    const guard = this.#guards.get(request.params.authenticator?.[0] ?? this.#first);
    if (guard) await guard.canActivate(context);
    else outcomes.set(request, { fault: 'wrong_credentials' });
    return true;
  }
}

/** A parameter is there twice; the endpoint says so. */
const isAmbiguous = ({ params }: EndpointRequest): boolean => Object.values(params).some(({ length }) => length > 1);

const guardOf = (authenticator: Authenticator): CanActivate => {
  passport.use(authenticator.name, new AuthenticatorStrategy(authenticator));
  return new (class extends AuthGuard(authenticator.name) {
    // A copy: passport puts functions on the request it is given, and the outcome as its `user`.
    override getRequest(context: ExecutionContext): EndpointRequest {
      const request = requestOf(context);
      return {
        ...request,
        set user(outcome: SignInOutcome) {
          outcomes.set(request, outcome);
        },
      };
    }
  })();
};
