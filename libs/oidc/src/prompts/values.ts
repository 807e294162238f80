/** The values of the `prompt` parameter. @see OpenID Connect Core 1.0 §3.1.2.1 */
export const promptValues = ['none', 'login', 'consent', 'select_account'] as const;
