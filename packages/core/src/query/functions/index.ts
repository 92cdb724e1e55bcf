import { aggregateFunctions, windowFunctions } from './aggregate-functions.ts'
import { bitFunctions } from './bit-functions.ts'
import { collectionFunctions } from './collection-functions.ts'
import type { Variant } from './definition.ts'
import { jsonFunctions } from './json-functions.ts'
import { lambdaFunctions } from './lambda-functions.ts'
import { mathFunctions } from './math-functions.ts'
import { regexpFunctions } from './regexp-functions.ts'
import { stringFunctions } from './string-functions.ts'
import { timeFunctions } from './time-functions.ts'
import { urlFunctions } from './url-functions.ts'

export { arraySubscript, mapSubscript } from './collection-functions.ts'
export type { Apply, Call, LambdaText, Variant } from './definition.ts'
export { type Bindings, match, signatureText, typeOf } from './signature.ts'
export { calendarField } from './time-functions.ts'
export { zoned } from './time-text.ts'

export { unsupportedFunctions } from './unsupported.ts'

/** Ways to call a function, by its lower-case name. What is not here can't be called. */
export function functionVariants(name: string): readonly Variant[] {
  table ??= Map.groupBy(
    [
      ...mathFunctions(),
      ...bitFunctions(),
      ...stringFunctions(),
      ...urlFunctions(),
      ...regexpFunctions(),
      ...jsonFunctions(),
      ...timeFunctions(),
      ...collectionFunctions(),
      ...lambdaFunctions(),
      ...aggregateFunctions(),
      ...windowFunctions(),
    ],
    (variant) => variant.signature.name,
  )
  return table.get(name) ?? []
}

/** Built on first use: most processes never see a query. */
let table: ReadonlyMap<string, readonly Variant[]> | undefined

/** Every function there is, for documentation: by name, with the ways to call it. */
export function allFunctions(): ReadonlyMap<string, readonly Variant[]> {
  functionVariants('')
  return table ?? new Map()
}
