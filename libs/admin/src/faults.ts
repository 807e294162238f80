/** One thing in a declaration that does not fit, and where it stands: `clients[0].redirect_uris[1]`. */
export interface Fault {
  readonly path: string;
  /** Never bears the value that was given: it may be a secret. */
  readonly message: string;
}

/** A declaration that does not fit; it tells every fault at once. */
export class DeclarationError extends Error {
  override readonly name = 'DeclarationError';
  constructor(readonly faults: readonly Fault[]) {
    super(faults.map(faultLine).join('\n'));
  }
}

/** An error that tells one fault. */
export const fault = (path: string, message: string): DeclarationError => new DeclarationError([{ path, message }]);

/** The way to a value in a document. */
export type Path = readonly PropertyKey[];

const plain = /^[\w#.:-]{1,100}$/;
const stepText = (step: PropertyKey): string => {
  const name = String(step);
  return plain.test(name) ? name : JSON.stringify(name.slice(0, 100));
};

/** A path as people write it: `clients[0].redirect_uris[1]`. */
export const pathText = (path: Path): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text ? `${text}.${stepText(step)}` : stepText(step);
  }, '');

/** One fault on one line. */
export const faultLine = ({ path, message }: Fault): string => (path ? `${path}: ${message}` : message);
