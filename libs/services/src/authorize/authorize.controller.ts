import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Handles } from '@portico/bus';
import { endpoints } from '@portico/contracts';
import type { EndpointReply, EndpointRequest } from '@portico/endpoint';
import type { OidcEndpoints } from '@portico/oidc';
import { OIDC_ENDPOINTS } from '../common/adapters.module.js';

/** Takes authorization requests and the codes of devices, and takes them up again once a person has answered. */
@Controller()
export class AuthorizeController {
  constructor(
    @Inject(OIDC_ENDPOINTS)
    private readonly oidc: Pick<OidcEndpoints, 'authorize' | 'resume' | 'device' | 'deviceQr' | 'oauthAuthorize'>,
  ) {}

  @Handles(endpoints.authorize)
  authorize(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.authorize(request);
  }

  @Handles(endpoints.resume)
  resume(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.resume(request);
  }

  @Handles(endpoints.device)
  device(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.device(request);
  }

  @Handles(endpoints.deviceQr)
  deviceQr(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.deviceQr(request);
  }

  @Handles(endpoints.oauthAuthorize)
  oauthAuthorize(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.oauthAuthorize(request);
  }
}
