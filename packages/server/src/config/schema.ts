import { z } from 'zod'
import type { Problem, Rule } from './rule.ts'
import { capture, captureRules } from './sections/capture.ts'
import { clock } from './sections/clock.ts'
import { delivery } from './sections/delivery.ts'
import { history } from './sections/history.ts'
import { imports } from './sections/imports.ts'
import { installation, installationRules } from './sections/installation.ts'
import { lake } from './sections/lake.ts'
import { limits } from './sections/limits.ts'
import { listen, listenRules } from './sections/listen.ts'
import { log } from './sections/log.ts'
import { selectors } from './sections/selectors.ts'
import { stores, storesRules } from './sections/stores.ts'
import { buckets, upstreams, upstreamsRules } from './sections/upstreams.ts'
import { factsOf, type SettingFacts } from './setting.ts'

/** Every setting there is. A capability adds its section as a file in sections/ and a line here. */
export const configSchema = z.strictObject({
  ...listen,
  ...installation,
  ...clock,
  ...stores,
  ...upstreams,
  buckets: z.strictObject(buckets),
  capture: z.strictObject(capture),
  delivery: z.strictObject(delivery),
  history: z.strictObject(history),
  imports: z.strictObject(imports),
  lake: z.strictObject(lake),
  limits: z.strictObject(limits),
  log: z.strictObject(log),
  selectors: z.strictObject(selectors),
})

/** The settings in force. Frozen; durations in milliseconds, sizes in bytes, paths absolute. */
export type Config = DeepReadonly<z.output<typeof configSchema>>

type DeepReadonly<Value> = Value extends readonly (infer Item)[]
  ? readonly Item[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
    : Value

/** Conditions that span settings, checked when each setting by itself is fine. */
export function brokenRules(config: z.output<typeof configSchema>): readonly Omit<Problem, 'place'>[] {
  return [
    ...check(config, listenRules),
    ...check(config, installationRules),
    ...check(config, storesRules),
    ...check(config, upstreamsRules),
    ...check(config, captureRules),
  ]
}

function check<Values>(values: Values, rules: readonly Rule<Values>[]) {
  return rules.map((rule) => rule(values)).filter((broken) => broken !== undefined)
}

/** One setting under all of its names. */
export interface Setting extends SettingFacts {
  /** In the file: `history.retention`. */
  readonly key: string
  readonly path: readonly string[]
  /** In the environment: `CAIRN_HISTORY_RETENTION`. */
  readonly variable: string
  /** On the command line: `--history-retention`. */
  readonly flag: string
  readonly schema: z.ZodType
  /** True or false: the flag takes no value. */
  readonly isSwitch: boolean
  /** The only values there are, where they have names. */
  readonly choices?: readonly string[]
  /** Parsed default; `undefined` for a setting that is optional. */
  readonly default: unknown
}

/** All settings in the order of the schema. */
export const settings: readonly Setting[] = settingsOf(configSchema, [])

function settingsOf(object: z.ZodObject, parents: readonly string[]): readonly Setting[] {
  return Object.entries(object.shape).flatMap(([name, schema]) => {
    const path = [...parents, name]
    if (schema instanceof z.ZodObject) return settingsOf(schema, path)
    const facts = factsOf(schema as z.ZodType)
    if (facts === undefined) throw new TypeError(`setting ${path.join('.')} has no description`)
    const words = path.map((part) => part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)).join('-')
    const fallback = (schema as z.ZodType).safeParse(undefined).data
    const choices = choicesOf(schema as z.ZodType)
    return [
      {
        ...facts,
        key: path.join('.'),
        path,
        variable: `CAIRN_${words.replaceAll('-', '_').toUpperCase()}`,
        flag: facts.flag ?? `--${words}`,
        schema: schema as z.ZodType,
        isSwitch: typeof fallback === 'boolean',
        ...(choices && { choices }),
        default: fallback,
      },
    ]
  })
}

function choicesOf(schema: z.ZodType): readonly string[] | undefined {
  if (schema instanceof z.ZodDefault) return choicesOf(schema.unwrap() as z.ZodType)
  return schema instanceof z.ZodEnum ? schema.options.map(String) : undefined
}
