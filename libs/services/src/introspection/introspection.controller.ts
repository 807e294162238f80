import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Answers, Handles } from '@portico/bus';
import { calls, endpoints, type CallReply, type CallRequest } from '@portico/contracts';
import type { EndpointReply, EndpointRequest } from '@portico/endpoint';
import type { OidcCalls, OidcEndpoints } from '@portico/oidc';
import { OIDC_CALLS, OIDC_ENDPOINTS } from '../common/adapters.module.js';

/** Tells what a token is worth, and makes it worth nothing. */
@Controller()
export class IntrospectionController {
  constructor(
    @Inject(OIDC_ENDPOINTS)
    private readonly oidc: Pick<
      OidcEndpoints,
      | 'introspection'
      | 'revocation'
      | 'revocations'
      | 'oauthIntrospection'
      | 'oauthRevocation'
      | 'validateToken'
      | 'validateAccessToken'
      | 'oauthValidateAccessToken'
    >,
    @Inject(OIDC_CALLS) private readonly calls: OidcCalls,
  ) {}

  @Answers(calls.introspect)
  introspect(@Payload() call: CallRequest<'introspect'>): Promise<CallReply<'introspect'>> {
    return this.calls.introspect(call);
  }

  @Handles(endpoints.introspection)
  introspection(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.introspection(request);
  }

  @Handles(endpoints.revocation)
  revocation(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.revocation(request);
  }

  @Handles(endpoints.revocations)
  revocations(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.revocations(request);
  }

  @Handles(endpoints.oauthIntrospection)
  oauthIntrospection(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.oauthIntrospection(request);
  }

  @Handles(endpoints.oauthRevocation)
  oauthRevocation(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.oauthRevocation(request);
  }

  @Handles(endpoints.validateToken)
  validateToken(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.validateToken(request);
  }

  @Handles(endpoints.validateAccessToken)
  validateAccessToken(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.validateAccessToken(request);
  }

  @Handles(endpoints.oauthValidateAccessToken)
  oauthValidateAccessToken(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.oauthValidateAccessToken(request);
  }
}
