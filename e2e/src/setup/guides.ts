import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

type Values = Readonly<Record<string, unknown>>;
type Texts = Readonly<Record<string, string | null>>;

/** What a step of a guide shows as the answer; what is random in it stands as its name in braces. */
export interface ShownAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Values;
  readonly location?: string;
  readonly query?: Values;
  readonly fragment?: Values;
  readonly page?: string;
  /** What stands inside the JWTs of the answer, by the names they have here. */
  readonly decoded?: Readonly<Record<string, Values>>;
}

/** One request of a guide. */
export interface Step {
  readonly title: Readonly<Record<string, string>>;
  /** Method and path. */
  readonly request: string;
  readonly by?: 'browser';
  /** The application that authenticates with its secret, and another secret than its own. */
  readonly client?: string;
  readonly secret?: string;
  readonly bearer?: string;
  /** So many seconds the client waits before. */
  readonly after?: number;
  readonly required?: Texts;
  readonly recommended?: Texts;
  readonly optional?: Texts;
  readonly answer: ShownAnswer;
}

/** A page of docs/guides, as it is written in docs/guides/source. */
export interface Guide {
  readonly name: string;
  readonly clients: readonly { readonly client_id: string; readonly client_secret?: string }[];
  readonly steps: readonly Step[];
}

const folder = new URL('../../../docs/guides/source/', import.meta.url);
const others = ['choose.yaml', 'parameters.yaml'];

/** Every guide. */
export const guides: readonly Guide[] = readdirSync(folder)
  .filter((file) => !others.includes(file))
  .map((file) => ({
    name: file.replace('.yaml', ''),
    ...(parse(readFileSync(new URL(file, folder), 'utf8')) as Omit<Guide, 'name'>),
  }));
