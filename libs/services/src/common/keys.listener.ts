import { Controller, Inject } from '@nestjs/common';
import { Listens } from '@portico/bus';
import type { PublishedEvent } from '@portico/contracts';
import type { Keys } from './keys.js';

/** Under this token Nest hands over the keys of the process: `Keys`. */
export const KEYS = Symbol('Keys');

/** Each instance hears at once that keys have changed: long before the new one signs. */
@Controller()
export class KeysListener {
  constructor(@Inject(KEYS) private readonly keys: Pick<Keys, 'readAnew'>) {}

  @Listens('keysChanged')
  changed(_event: PublishedEvent): void | Promise<void> {
    return this.keys.readAnew();
  }
}
