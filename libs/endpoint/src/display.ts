import { z } from 'zod';
import type { EndpointRequest } from './request.js';

/** The ways in which pages are shown; `page` where none is asked for. @see OpenID Connect Core 1.0 §3.1.2.1 (display) */
export const displaySchema = z.enum(['page', 'popup', 'touch', 'wap']);

/** @see OpenID Connect Core 1.0 §3.1.2.1 (display) */
export type Display = z.infer<typeof displaySchema>;

/**
 * The way that was asked for, where it is one of ours. Another one is no error: "not returning errors for
 * not-understood values will help facilitate phasing in extensions using new display values".
 * @see OpenID Connect Core 1.0 §3.1.2.1 (display)
 */
export const displayOf = (asked: string | undefined): Display | undefined => displaySchema.safeParse(asked).data;

/** How a page is shown: in which of these languages, and in which way. @see OpenID Connect Core 1.0 §3.1.2.1 */
export interface Showing {
  readonly uiLocales?: string | undefined;
  readonly display?: Display | undefined;
}

/** How a request wants its pages shown, as far as it can be told before anything of it is checked. @see OpenID Connect Core 1.0 §3.1.2.1 */
export const showingOf = ({ params }: EndpointRequest): Showing => ({
  uiLocales: params.ui_locales?.[0],
  display: displayOf(params.display?.[0]),
});
