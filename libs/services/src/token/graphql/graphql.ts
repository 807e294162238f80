import { json, type Endpoint, type EndpointReply, type EndpointRequest } from '@portico/endpoint';
import type { Operations } from '@portico/oidc';
import type { ReportNeeds } from '@portico/sso';
import { execute } from 'graphql';
import { z } from 'zod';
import { readDocument } from './document.js';
import { refused, unfit } from './fault.js';
import { resolvers } from './resolvers.js';
import { schema } from './schema.js';

/** What the GraphQL endpoint takes. */
export interface GraphqlNeeds extends ReportNeeds {
  readonly operations: Operations;
}

const bodySchema = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});
type Question = z.infer<typeof bodySchema>;

/**
 * Authing's v2 as its SDK for JavaScript asks for it. Every question that can be read is answered with 200, refusals too:
 * at any other status the SDK throws away what the body says.
 * @see GraphQL, October 2021, §6, §7
 */
export const graphqlEndpoint =
  (needs: GraphqlNeeds): Endpoint =>
  async (request) => {
    const question = readQuestion(request.body ?? '');
    if (!question) {
      const fault = unfit('The body must be a JSON object with a query, and perhaps variables');
      return tell(fault, { request, status: 400 }, needs);
    }
    try {
      return await answer(question, request, needs);
    } catch (error) {
      return tell(error, { request }, needs);
    }
  };

const readQuestion = (body: string): Question | undefined => {
  try {
    return bodySchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
};

const answer = async (
  { query, operationName, variables }: Question,
  request: EndpointRequest,
  { operations }: GraphqlNeeds,
): Promise<EndpointReply> => {
  const { data, errors = [] } = await execute({
    schema,
    document: readDocument(query),
    rootValue: resolvers(operations, request),
    variableValues: variables ?? {},
    operationName: operationName ?? null,
  });
  const [fault] = errors;
  if (fault) throw fault;
  return json(200, { data });
};

const tell = (
  thrown: unknown,
  { request, status }: { request: EndpointRequest; status?: number },
  { report }: GraphqlNeeds,
): EndpointReply => {
  const { id, headers } = request;
  const where = { id, acceptLanguage: headers['accept-language'], ...(status === undefined ? {} : { status }) };
  const { error, reply } = refused(thrown, where);
  report(error, request);
  return reply;
};
