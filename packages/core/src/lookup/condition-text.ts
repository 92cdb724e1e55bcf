/** A condition in the JSON form of a look-up. */
export interface ConditionBody {
  readonly field: string
  readonly not?: boolean
  readonly is?: string | readonly string[]
  readonly contains?: string
  readonly exists?: boolean
  readonly within?: string | readonly string[]
  readonly above?: number
  readonly atLeast?: number
  readonly below?: number
  readonly atMost?: number
}

const numberTests = { '>': 'above', '>=': 'atLeast', '<': 'below', '<=': 'atMost' } as const

/**
 * Reads a condition as people write it:
 *
 * ```
 * condition = subject ("=" | "!=") pattern     ; * stands for any characters
 *           | subject ("~" | "!~") text        ; contains
 *           | subject (">" | ">=" | "<" | "<=") number
 *           | subject                          ; is there
 *           | "!" subject                      ; is not there
 * subject   = field | path                     ; see json-path.ts
 * ```
 *
 * `undefined` when it is none of these.
 */
export function parseConditionText(text: string): ConditionBody | undefined {
  const match = /^(!?)((?:"(?:[^"\\]|\\.)*"|[^"=~<>!])+)(?:(!?[=~]|[<>]=?)([\s\S]*))?$/.exec(text.trim())
  if (match === null) return undefined
  const [, absent, subject = '', operator, value = ''] = match
  const field = subject.trim()
  if (operator === undefined) return { field, exists: absent === '' }
  if (absent !== '' || value === '') return undefined
  const not = operator.startsWith('!') ? { not: true } : {}
  if (operator.endsWith('~')) return { field, contains: value, ...not }
  if (operator === '=' || operator === '!=') return { field, is: value, ...not }
  const number = Number(value)
  return Number.isNaN(number) || value.trim() === ''
    ? undefined
    : { field, [numberTests[operator as keyof typeof numberTests]]: number }
}
