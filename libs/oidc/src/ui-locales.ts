const longest = 100;
const tags = /^[A-Za-z0-9-]+( [A-Za-z0-9-]+)*$/;

/**
 * Languages that a link, a QR code or a form can carry on: some tags with single spaces between them. Anything else is
 * left out, for languages that the pages do not speak are no error.
 * @see OpenID Connect Core 1.0 §3.1.2.1 (ui_locales), RFC 5646 §2.1
 */
export const uiLocalesOf = (asked: string | undefined): string | undefined =>
  asked !== undefined && asked.length <= longest && tags.test(asked) ? asked : undefined;
