/** Other names under which our own texts cite a specification. */
const names = {
  'OpenID Connect Core 1.0': 'OpenID Connect Core(?! Error)(?: 1\\.0)?',
  'OpenID Connect Discovery 1.0': '(?:OpenID Connect )?Discovery 1\\.0',
  'OpenID Connect RP-Initiated Logout 1.0': '(?:OpenID Connect )?RP-Initiated Logout(?: 1\\.0)?',
  'OAuth 2.0 Form Post Response Mode': '(?:OAuth 2\\.0 )?Form Post Response Mode',
  'OAuth 2.0 Multiple Response Type Encoding Practices':
    '(?:OAuth 2\\.0 )?Multiple Response Type(?:s| Encoding Practices)',
};
const section = /(?:§|Appendix )([A-Z0-9]+(?:\.\d+)*)/y;
const rfc = /RFC ?(\d+)/y;
// Whatever else bears a name like a specification: its sections are not those of the one before it.
const other = /(?:OpenID Connect [A-Z][\w-]*|Back-Channel Logout|Dynamic Client Registration|FAPI|JARM|NIST|Fetch)/y;
const named = Object.entries(names).map(([name, pattern]) => [name, new RegExp(pattern, 'y')]);

const match = (pattern, text, at) => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

const specificationAt = (text, at) => {
  for (const [name, pattern] of named) {
    const found = match(pattern, text, at);
    if (found) return [name, found[0].length];
  }
  const number = match(rfc, text, at);
  if (number) return [`RFC ${number[1]}`, number[0].length];
  const unknown = match(other, text, at);
  return unknown ? [undefined, unknown[0].length] : undefined;
};

/**
 * What a text cites: `RFC 6749 §4.1.2, §5.2` is two sections. `named` is the specification it names first; a section
 * before any name belongs to `inherited`.
 */
export const read = (text, inherited) => {
  const cited = [];
  let [specification, named] = [inherited, undefined];
  for (let at = 0; at < text.length; at += 1) {
    const [name, nameLength] = specificationAt(text, at) ?? [];
    const found = nameLength === undefined ? match(section, text, at) : undefined;
    if (nameLength !== undefined) [specification, named] = [name, named ?? name];
    if (found && specification) cited.push({ specification, section: labelOf(found) });
    at += Math.max(nameLength ?? found?.[0].length ?? 1, 1) - 1;
  }
  return { cited, named };
};

const labelOf = ([words, label]) => (words.startsWith('Appendix') ? words : label);
