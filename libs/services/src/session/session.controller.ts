import { Controller, Inject, UseGuards } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Handles } from '@portico/bus';
import { endpoints } from '@portico/contracts';
import type { Endpoint, EndpointReply, EndpointRequest } from '@portico/endpoint';
import type { OidcEndpoints } from '@portico/oidc';
import { interactionEndpoint, sessionsEndpoint, signInEndpoint, type SignInOutcome } from '@portico/sso';
import { OIDC_ENDPOINTS, SSO_NEEDS } from '../common/adapters.module.js';
import type { SsoNeeds } from '../common/needs.js';
import { Outcome, SignInGuard } from './sign-in.guard.js';

/** Asks people, signs them in and out. */
@Controller()
export class SessionController {
  readonly #interaction: Endpoint;
  readonly #signIn: ReturnType<typeof signInEndpoint>;
  readonly #sessions: Endpoint;

  constructor(
    @Inject(OIDC_ENDPOINTS)
    private readonly oidc: Pick<
      OidcEndpoints,
      'endSession' | 'checkSession' | 'easyLogout' | 'trackSession' | 'logout' | 'register' | 'createSession'
    >,
    @Inject(SSO_NEEDS) needs: SsoNeeds,
  ) {
    this.#interaction = interactionEndpoint(needs);
    this.#signIn = signInEndpoint(needs);
    this.#sessions = sessionsEndpoint(needs);
  }

  @Handles(endpoints.interaction)
  interaction(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.#interaction(request);
  }

  @Handles(endpoints.signIn)
  @UseGuards(SignInGuard)
  signIn(@Payload() request: EndpointRequest, @Outcome() outcome?: SignInOutcome): Promise<EndpointReply> {
    return this.#signIn(request, outcome);
  }

  @Handles(endpoints.sessions)
  sessions(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.#sessions(request);
  }

  @Handles(endpoints.endSession)
  endSession(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.endSession(request);
  }

  @Handles(endpoints.checkSession)
  checkSession(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.checkSession(request);
  }

  @Handles(endpoints.easyLogout)
  easyLogout(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.easyLogout(request);
  }

  @Handles(endpoints.trackSession)
  trackSession(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.trackSession(request);
  }

  @Handles(endpoints.logout)
  logout(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.logout(request);
  }

  @Handles(endpoints.register)
  register(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.register(request);
  }

  @Handles(endpoints.createSession)
  createSession(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.createSession(request);
  }
}
