import type { OAuthError } from '@portico/oidc';
import {
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';
import { unfit } from './fault.js';
import { schema } from './schema.js';

/** The longest of the SDK's documents has some hundred; as deep as these can nest, the reader can follow. */
const maxTokens = 400;
const maxFaults = 3;
const rules = [...specifiedRules, NoSchemaIntrospectionCustomRule];

/**
 * Reads a document as the SDK writes them: one operation that asks one question, without fragments. More of them at once
 * would be more guesses at once.
 * @throws OAuthError invalid_request
 */
export const readDocument = (text: string): DocumentNode => {
  const document = parsed(text);
  checkOffered(operationOf(document));
  const [fault] = validate(schema, document, rules, { maxErrors: maxFaults });
  if (fault) throw misfit(fault);
  return document;
};

const parsed = (text: string): DocumentNode => {
  try {
    return parse(text, { maxTokens });
  } catch (error) {
    if (error instanceof GraphQLError) throw misfit(error);
    throw error;
  }
};

const operationOf = ({ definitions }: DocumentNode): OperationDefinitionNode => {
  const [operation, ...others] = definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || others.length > 0)
    throw unfit('The document must be one query or mutation');
  return operation;
};

const checkOffered = ({ operation, selectionSet: { selections } }: OperationDefinitionNode): void => {
  const [field, ...others] = selections;
  if (field?.kind !== Kind.FIELD || others.length > 0) throw unfit('The document must ask for one field');
  const { value: name } = field.name;
  if (name in offered(operation)) return;
  throw unfit(`The ${operation} ${name.slice(0, 64)} is not offered here`);
};

const offered = (operation: OperationDefinitionNode['operation']): object => {
  const type = { query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: undefined };
  return type[operation]?.getFields() ?? {};
};

// Where, and no words: they may quote what stands there, and a password may.
const misfit = ({ locations }: GraphQLError): OAuthError => {
  const [at] = locations ?? [];
  return unfit(`The document does not fit${at ? `, at line ${at.line}, column ${at.column}` : ''}`);
};
