/** Other names under which our own texts cite a specification. */
const names = {
  'OpenID Connect Core 1.0': 'OpenID Connect Core(?! Error)(?: 1\\.0)?',
  'OpenID Connect Discovery 1.0': '(?:OpenID Connect )?Discovery 1\\.0',
  'OpenID Connect Dynamic Client Registration 1.0': '(?:OpenID Connect )?Dynamic Client Registration(?: 1\\.0)?',
  'OpenID Connect RP-Initiated Logout 1.0': '(?:OpenID Connect )?RP-Initiated Logout(?: 1\\.0)?',
  'OpenID Connect Front-Channel Logout 1.0': '(?:OpenID Connect )?Front-Channel Logout(?: 1\\.0)?',
  'OpenID Connect Back-Channel Logout 1.0': '(?:OpenID Connect )?Back-Channel Logout(?: 1\\.0)?',
  'OpenID Connect Session Management 1.0': '(?:OpenID Connect )?Session Management(?: 1\\.0)?',
  'OpenID Connect Core Error Code unmet_authentication_requirements 1.0':
    '(?:OpenID Connect Core )?Error Code unmet_authentication_requirements(?: 1\\.0)?',
  'OAuth 2.0 Form Post Response Mode': '(?:OAuth 2\\.0 )?Form Post Response Mode',
  'OAuth 2.0 Web Message Response Mode':
    '(?:OAuth 2\\.0 )?Web Message Response Mode(?: \\(draft-sakimura-oauth-wmrm-00\\))?',
  'OAuth 2.0 Multiple Response Type Encoding Practices':
    '(?:OAuth 2\\.0 )?Multiple Response Type(?:s| Encoding Practices)',
  'OAuth 2.0 for Browser-Based Applications': '(?:OAuth 2\\.0 for )?Browser-Based Applications',
};
const section = /(?:§|Appendix )([A-Z0-9]+(?:\.\d+)*)/y;
const rfc = /RFC ?(\d+(?:bis)?)/y;
// A section right behind words that begin like a name, and are none that we know, is of a specification that we do not.
const unknownName = /[A-Z][\w./-]*(?: (?:[A-Z0-9][\w./-]*|for|of|to))* $/;

const literally = (text) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');

const match = (pattern, text, at) => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

const labelOf = ([words, label]) => (words.startsWith('Appendix') ? words : label);

/**
 * Reads what a text cites, among specifications of these names: `RFC 6749 §4.1.2, §5.2` is two sections. `named` is the
 * specification it names first, `names` are all; a section before any name belongs to `inherited`.
 */
export const reader = (known) => {
  const patterns = known
    .filter((name) => !/^RFC \d/.test(name))
    .map((name) => [name, new RegExp(names[name] ?? literally(name), 'y')]);

  const nameAt = (text, at) => {
    for (const [name, pattern] of patterns) {
      const found = match(pattern, text, at);
      if (found) return [name, found[0].length];
    }
    const number = match(rfc, text, at);
    return number ? [`RFC ${number[1]}`, number[0].length] : undefined;
  };

  return (text, inherited) => {
    const [cited, all] = [[], []];
    let [specification, behind] = [inherited, 0];
    for (let at = 0; at < text.length; at += 1) {
      const [name, nameLength] = nameAt(text, at) ?? [];
      const found = name === undefined ? match(section, text, at) : undefined;
      if (name === undefined && !found) continue;
      const unknown = found && unknownName.exec(text.slice(behind, at))?.[0].trim();
      specification = name ?? unknown ?? specification;
      if (name ?? unknown) all.push(specification);
      if (found) cited.push({ specification: specification ?? text.trim(), section: labelOf(found) });
      at += (nameLength ?? found[0].length) - 1;
      behind = at + 1;
    }
    return { cited, named: all[0], names: all };
  };
};
