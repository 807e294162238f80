import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Handles } from '@portico/bus';
import { endpoints } from '@portico/contracts';
import type { EndpointReply, EndpointRequest } from '@portico/endpoint';
import type { OidcEndpoints } from '@portico/oidc';
import { OIDC_ENDPOINTS } from '../common/adapters.module.js';

/** Tells who a token speaks for. */
@Controller()
export class UserinfoController {
  constructor(
    @Inject(OIDC_ENDPOINTS) private readonly oidc: Pick<OidcEndpoints, 'userinfo' | 'oauthUserinfo' | 'getProfile'>,
  ) {}

  @Handles(endpoints.userinfo)
  userinfo(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.userinfo(request);
  }

  @Handles(endpoints.oauthUserinfo)
  oauthUserinfo(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.oauthUserinfo(request);
  }

  @Handles(endpoints.getProfile)
  getProfile(@Payload() request: EndpointRequest): Promise<EndpointReply> {
    return this.oidc.getProfile(request);
  }
}
