declare const brand: unique symbol;

/**
 * A value that only its maker can produce, so that a step of a protocol cannot be left out unseen (law 2).
 * The maker ends with the one cast; everyone else can only receive it.
 */
export type Branded<Value, Name extends string> = Value & { readonly [brand]: Name };
