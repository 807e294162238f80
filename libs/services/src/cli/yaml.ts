import { DeclarationError, type Fault } from '@portico/admin';
import { LineCounter, parseDocument, type YAMLError } from 'yaml';

const longestText = 4_194_304;

/**
 * A YAML 1.2 document as plain values: no tags of its own, no key twice, no aliases that multiply.
 * @throws DeclarationError every fault with its line and column
 */
export const parseYaml = (text: string): unknown => {
  if (text.length > longestText) throw new DeclarationError([{ path: '', message: 'the file is too long' }]);
  const lineCounter = new LineCounter();
  // Pretty errors would show the line, and a secret may stand on it.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true, stringKeys: true });
  const faults = [...document.errors, ...document.warnings].map((error) => faultOf(error, lineCounter));
  if (faults.length > 0) throw new DeclarationError(faults);
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch {
    throw new DeclarationError([{ path: '', message: 'an alias names no anchor, or aliases multiply' }]);
  }
};

const sentences: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  DUPLICATE_KEY: 'the same key stands twice in one mapping',
  TAG_RESOLVE_FAILED: 'a tag has no meaning here',
  MULTIPLE_DOCS: 'there is more than one document',
};

const faultOf = ({ code, message, pos: [offset] }: YAMLError, lines: LineCounter): Fault => {
  const { line, col } = lines.linePos(offset);
  return { path: `line ${line}, column ${col}`, message: sentences[code] ?? message };
};
