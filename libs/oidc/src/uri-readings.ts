import type { EndpointRequest } from '@portico/endpoint';

/** One thing that a URI parameter may mean. */
export interface Reading {
  readonly uri: string;
  /** Is this what the standard reads? Every other one counts only where exactly it is registered. */
  readonly isStandard: boolean;
}

/** Which parameter holds a URI, and which of ours may stand behind it. */
interface Parameter {
  readonly name: string;
  readonly beside: readonly string[];
}

/**
 * What a URI parameter of a GET may mean, longest first: the published SDKs send it as it is, so that behind an `&` of
 * its own it falls apart into parameters of ours. The reading of the standard is the last.
 * @see WHATWG URL Standard §5.1 (application/x-www-form-urlencoded parsing)
 */
export const readingsOf = ({ method, url, params }: EndpointRequest, parameter: Parameter): Reading[] => {
  const { name, beside } = parameter;
  const [parsed] = params[name] ?? [];
  const [, rest] = method === 'GET' ? (new RegExp(`[?&]${name}=(.*)$`, 's').exec(url) ?? []) : [];
  const raw = rest === undefined ? [] : withoutParameters(rest, beside);
  return [
    ...raw.filter((uri) => uri !== '' && uri !== parsed).map((uri) => ({ uri, isStandard: false })),
    ...(parsed ? [{ uri: parsed, isStandard: true }] : []),
  ];
};

/** The text, then without the last of these parameters, and so on; each can stand there once. */
const withoutParameters = (text: string, names: readonly string[]): string[] => {
  const at = text.lastIndexOf('&');
  const name = names.find((one) => at >= 0 && text.startsWith(`${one}=`, at + 1));
  if (name === undefined) return [text];
  const others = names.filter((one) => one !== name);
  return [text, ...withoutParameters(text.slice(0, at), others)];
};
