/**
 * Ends a call with an AWS error. Operations hand in their `fail`; that it declares the codes asked for here is checked
 * by the compiler.
 */
export type Refuse<Code extends string> = (code: Code, message: string) => never
