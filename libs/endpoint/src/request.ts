import { z } from 'zod';

/** The shape in which a request crosses a process boundary; the edge of every service parses it with this schema. */
export const endpointRequestSchema = z.object({
  id: z.string().min(1).max(64),
  method: z.enum(['GET', 'POST']),
  url: z.string().max(65_536),
  params: z.record(z.string(), z.array(z.string())),
  headers: z.record(z.string(), z.string()),
  cookies: z.record(z.string(), z.string()),
  ip: z.string().max(64),
});

/**
 * One HTTP request as plain data. `params` holds the form of a POST and the query of a GET; `url` is path and query as
 * they arrived (never logged: a query may hold a token); `headers` is an allow-list in lower case; `id` is the
 * correlation id.
 */
export type EndpointRequest = Readonly<z.infer<typeof endpointRequestSchema>>;

/** The parameters of a request, each at most once. */
export type Params = Readonly<Record<string, string>>;

/** A request whose parameters do not fit; it names the parameter and says what was expected, never the value. */
export class MalformedRequest extends Error {
  override readonly name = 'MalformedRequest';
  constructor(
    readonly parameter: string,
    readonly expected: string,
  ) {
    super(`${parameter}: ${expected}`);
  }
}

/**
 * The parameters of a request, each exactly once; one without a value counts as left out.
 * @see RFC 6749 §3.1, §3.2
 * @throws MalformedRequest a parameter is there twice
 */
export const single = ({ params }: Pick<EndpointRequest, 'params'>): Params => {
  const once = Object.entries(params).flatMap(([name, values]) => {
    if (values.length > 1) throw new MalformedRequest(name, 'must not be included more than once');
    return values[0] ? [[name, values[0]] as const] : [];
  });
  return Object.fromEntries(once);
};

/**
 * Reads parameters with a schema.
 * @throws MalformedRequest the first parameter that does not fit
 */
export const parse = <Schema extends z.ZodType>(schema: Schema, params: Params): z.output<Schema> => {
  const result = schema.safeParse(params);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = issue?.path.join('.') ?? 'request';
  throw new MalformedRequest(name, issue && name in params ? issue.message : 'is required');
};

/** What the query of the request's URL holds, also on a POST. */
export const queryOf = ({ url }: Pick<EndpointRequest, 'url'>): URLSearchParams => {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
};
