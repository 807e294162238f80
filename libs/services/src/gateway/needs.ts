import type { Bus, Site } from '@portico/contracts';
import type { Traces } from '../common/traces.js';

/** What the gateway takes. */
export interface GatewayNeeds extends Site {
  readonly bus: Bus;
  /** Writes one structured line; it never holds a query, a body, a cookie or a header. */
  readonly log: (line: RequestLine) => void;
  /** Where requests are traced. */
  readonly traces?: Pick<Traces, 'request'> | undefined;
}

/** One request, as the log tells of it. */
export interface RequestLine {
  readonly requestId: string;
  /** The contract's name; absent where the path has none. */
  readonly endpoint?: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  readonly ip: string;
  /** What went wrong on our side: the kind of error and where, not its words (they might quote a request). */
  readonly failure?: string;
}

/** Under this token Nest hands the gateway its needs. */
export const GATEWAY_NEEDS = Symbol('GatewayNeeds');
