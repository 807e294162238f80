import { z } from 'zod';

/** The shape in which a request crosses a process boundary; the edge of every service parses it with this schema. */
export const endpointRequestSchema = z.object({
  id: z.string().min(1).max(64),
  method: z.enum(['GET', 'POST']),
  url: z.string().max(65_536),
  params: z.record(z.string(), z.array(z.string())),
  headers: z.record(z.string(), z.string()),
  cookies: z.record(z.string(), z.string()),
  body: z.string().max(65_536).optional(),
  ip: z.string().max(64),
});

/**
 * One HTTP request as plain data. `params` holds the form of a POST and the query of a GET; `body` is the text of a POST
 * that is JSON, where its contract says so; `url` is path and query as they arrived (never logged: a query may hold a
 * token); `headers` is an allow-list in lower case; `id` is the correlation id.
 */
export type EndpointRequest = Readonly<z.infer<typeof endpointRequestSchema>>;

/** The parameters that an endpoint recognizes, each at most once. */
export type Params<Name extends string = string> = Readonly<Partial<Record<Name, string>>>;

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
 * The parameters that an endpoint recognizes, each once; one without a value counts as left out. All others are ignored,
 * however often they are there: so says the type, which has no other names.
 * @see RFC 6749 §3.1, §3.2 (unrecognized parameters, repeated ones)
 * @throws MalformedRequest one of them is there twice
 */
export const single = <Name extends string>(
  { params }: Pick<EndpointRequest, 'params'>,
  recognized: readonly Name[],
): Params<Name> => {
  const once = recognized.flatMap((name) => {
    const [value, ...others] = params[name] ?? [];
    if (others.length > 0) throw new MalformedRequest(name, 'must not be included more than once');
    return value ? [[name, value] as const] : [];
  });
  return Object.fromEntries(once) as Params<Name>;
};

/**
 * Reads the parameters that a schema names.
 * @see RFC 6749 §3.1, §3.2
 * @throws MalformedRequest the first parameter that is there twice or does not fit
 */
export const parse = <Schema extends z.ZodObject>(
  schema: Schema,
  request: Pick<EndpointRequest, 'params'>,
): z.output<Schema> => {
  const params = single(request, Object.keys(schema.shape));
  const result = schema.safeParse(params);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = issue?.path.join('.') ?? 'request';
  throw new MalformedRequest(name, issue && name in params ? issue.message : 'is required');
};

/**
 * Reads the body of a request with a schema.
 * @see RFC 8259 §2
 * @throws MalformedRequest there is none, or the first member that does not fit
 */
export const parseJson = <Schema extends z.ZodType>(
  schema: Schema,
  { body }: Pick<EndpointRequest, 'body'>,
): z.output<Schema> => {
  if (body === undefined) throw new MalformedRequest('body', 'must be JSON');
  const result = schema.safeParse(jsonOf(body));
  if (result.success) return result.data;
  const [{ path, message } = { path: [], message: 'does not fit' }] = result.error.issues;
  throw new MalformedRequest(path.length > 0 ? path.join('.') : 'body', message);
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedRequest('body', 'must be JSON');
  }
};

/** What the query of the request's URL holds, also on a POST. */
export const queryOf = ({ url }: Pick<EndpointRequest, 'url'>): URLSearchParams => {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
};
