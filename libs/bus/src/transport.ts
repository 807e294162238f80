import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { events, type PublishedEvent } from '@portico/contracts';
import { isObservable, lastValueFrom } from 'rxjs';
import { answer, type Answering, type Limits, type Load } from './answer.js';
import { listen } from './listen.js';
import type { Nats } from './nats.js';

const inFlight = 512;

/** Nest's side of the bus: hands calls and events to the methods that bear `@Handles` and `@Listens`. */
export class NatsTransport extends Server implements CustomTransportStrategy {
  #stop: (() => Promise<void>) | undefined;
  #load: (() => Load) | undefined;

  constructor(
    private readonly nats: Nats,
    private readonly limits: Partial<Limits> = {},
  ) {
    super();
  }

  async listen(done: (error?: unknown) => void): Promise<void> {
    const calls = answer(this.nats, this.#endpoints(), { inFlight, drainMs: 10_000, ...this.limits });
    this.#load = calls.load;
    const news = this.#hasListeners() ? listen(this.nats, (event) => this.#tell(event)) : undefined;
    this.#stop = async () => {
      await Promise.all([news?.stop(), calls.drain()]);
    };
    await news?.started;
    done();
  }

  /** The connection stays: whoever opened it closes it. */
  async close(): Promise<void> {
    await this.#stop?.();
    this.#stop = undefined;
  }

  /** The calls it answers; none before it listens. */
  load(): Load {
    const none = { busy: 0, malformed: 0, late: 0, failed: 0 };
    return this.#load?.() ?? { running: 0, most: this.limits.inFlight ?? inFlight, dropped: none };
  }

  on(): void {
    // Nothing to tell: the connection looks after itself.
  }

  unwrap(): never {
    throw new Error('The connection belongs to whoever opened it');
  }

  #endpoints(): Answering[] {
    return [...this.messageHandlers.entries()]
      .filter(([, handler]) => !handler.isEventHandler)
      .map(([pattern, handler]) => ({ contract: contractOf(pattern, handler), handler }));
  }

  #hasListeners(): boolean {
    return [...this.messageHandlers.values()].some(({ isEventHandler }) => isEventHandler);
  }

  async #tell(event: PublishedEvent): Promise<void> {
    const result: unknown = await this.messageHandlers.get(events[event.event].subject)?.(event);
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  }
}

const contractOf = (pattern: string, { extras }: MessageHandler): Answering['contract'] => {
  const contract = extras?.contract as Answering['contract'] | undefined;
  if (!contract) throw new Error(`${pattern} is handled without a contract; use @Handles or @Answers`);
  return contract;
};
