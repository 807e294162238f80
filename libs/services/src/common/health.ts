import { Controller, Get, Inject, Res } from '@nestjs/common';
import { within } from '@portico/contracts';
import type { FastifyReply } from 'fastify';

/** Something a process cannot work without. */
export interface Part {
  readonly name: string;
  readonly isUp: () => boolean | Promise<boolean>;
}

/** Whether requests may be sent here, and what is missing where not. */
export interface Readiness {
  readonly missing: () => Promise<readonly string[]>;
}

const checkMs = 2_000;
const freshMs = 1_000;

/** Asks the parts, each with a deadline, at most once a second however many ask; no longer ready once it is stopping. */
export const readiness = (parts: readonly Part[], stopping: AbortSignal): Readiness => {
  let latest: Promise<readonly string[]> | undefined;
  let askedAt = -Infinity;
  return {
    missing: async () => {
      if (stopping.aborted) return ['stopping'];
      if (!latest || performance.now() - askedAt >= freshMs) {
        askedAt = performance.now();
        latest = missingOf(parts);
      }
      return latest;
    },
  };
};

const missingOf = async (parts: readonly Part[]): Promise<readonly string[]> => {
  const up = await Promise.all(parts.map(isUp));
  return parts.filter((_, index) => !up[index]).map(({ name }) => name);
};

const isUp = async (part: Part): Promise<boolean> => {
  try {
    return await within(checkMs, part.name, Promise.resolve(part.isUp()));
  } catch {
    return false;
  }
};

/** Under this token Nest hands the probes their readiness. */
export const READINESS = Symbol('Readiness');

/** The probes of an orchestrator. */
@Controller('health')
export class HealthController {
  constructor(@Inject(READINESS) private readonly readiness: Readiness) {}

  /** Answers while the event loop turns: a restart would mend nothing else. */
  @Get('live')
  live(): object {
    return { status: 'live' };
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const missing = await this.readiness.missing();
    void reply.header('cache-control', 'no-store').status(missing.length > 0 ? 503 : 200);
    return missing.length > 0 ? { status: 'not ready', missing } : { status: 'ready' };
  }
}
