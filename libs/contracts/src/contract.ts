/** The services that answer endpoints, one a protocol concern. */
export type ServiceName = 'authorize' | 'token' | 'userinfo' | 'introspection' | 'session';

/** Who stands at the other end: a person's browser gets pages, a client gets JSON. */
export type Caller = 'browser' | 'client';

/** What the gateway and a service have agreed on for one endpoint. */
export interface EndpointContract {
  readonly name: string;
  readonly service: ServiceName;
  /** NATS subject of the request/reply exchange. */
  readonly subject: string;
  readonly caller: Caller;
  readonly methods: readonly ('GET' | 'POST')[];
  /** What a POST holds: a form, read into parameters, or JSON, handed over as it came. */
  readonly body: 'form' | 'json';
  /**
   * May a script call it (CORS)? `true`: of any origin, and the service is told of no cookie. `registered`: with
   * cookies, of an origin that the service names in its reply, for it alone knows the clients.
   */
  readonly cors: boolean | 'registered';
  /** The caller gives up after so many milliseconds. */
  readonly deadlineMs: number;
  /**
   * By which methods the same request may be asked again, of another instance, while nobody knows whether the first was
   * carried out: it reads only, or what a repetition does besides is the same, or nobody sees it (docs/upgrades.md).
   */
  readonly repeatable: readonly ('GET' | 'POST')[];
}
