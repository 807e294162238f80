import type { Readable } from 'node:stream';

/** Where text goes. */
export interface Out {
  write(text: string): unknown;
}

/** Where a password comes from; a terminal can stop showing what is typed. */
export interface In extends Readable {
  readonly isTTY?: boolean | undefined;
  setRawMode?(raw: boolean): unknown;
}

/** What a command sees of the process. */
export interface Io {
  readonly stdout: Out;
  readonly stderr: Out;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin?: In;
}
