import { apply, DeclarationError, parseDeclaration, type Change } from '@portico/admin';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseYaml } from './yaml.js';

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new DeclarationError([{ path, message: `cannot be read (${code})` }]);
  }
};

/**
 * Applies a `portico.yaml`; the files that it names stand beside it.
 * @throws DeclarationError every fault; then nothing was changed
 */
export const applyFile = async (path: string, needs: Parameters<typeof apply>[1]): Promise<Change[]> => {
  const beside = (name: string) => readFileSync(resolve(dirname(path), name), 'utf8');
  return apply(parseDeclaration(parseYaml(textOf(path)), beside), needs);
};
