import type { Analyse, Surroundings } from './analysis.ts'
import { coerce, commonType } from './coercion.ts'
import { isTriable, quotedText } from './engine-text.ts'
import { compare, requireOrderable } from './operators.ts'
import { refuse, refuseUnsupported } from './refusal.ts'
import { bigint, boolean, type SqlType, typeText, varchar } from './sql-type.ts'
import type { CallNode } from './syntax-tree.ts'
import type { Typed } from './typed.ts'

type SpecialForm = (node: CallNode, at: Surroundings, analyse: Analyse) => Typed

/**
 * Calls that are no functions: they take any types, or do not look at every argument.
 *
 * @source Trino documentation, "Conditional expressions", "Comparison functions and operators"
 */
export const specialForms: Readonly<Record<string, SpecialForm>> = {
  if(node, at, analyse) {
    const [test, then, otherwise] = argsOf(node, at, analyse, 2, 3)
    if (test === undefined || then === undefined) return wrongCount(node)
    if (test.type.kind !== 'boolean' && test.type.kind !== 'unknown') {
      refuse(node, `IF condition must evaluate to a boolean: actual type ${typeText(test.type)}`)
    }
    const other: Typed = otherwise ?? { type: { kind: 'unknown' }, text: 'NULL' }
    const type = common(node, [then, other])
    return {
      type,
      text: `CASE WHEN ${coerce(test, boolean).text} THEN ${coerce(then, type).text} ELSE ${coerce(other, type).text} END`,
    }
  },
  coalesce(node, at, analyse) {
    const args = argsOf(node, at, analyse, 2, Number.POSITIVE_INFINITY)
    const type = common(node, args)
    return { type, text: `coalesce(${args.map((arg) => coerce(arg, type).text).join(', ')})` }
  },
  nullif(node, at, analyse) {
    const [one, other] = argsOf(node, at, analyse, 2, 2)
    if (one === undefined || other === undefined) return wrongCount(node)
    return { type: one.type, text: `CASE WHEN ${compare(node, '=', one, other).text} THEN NULL ELSE ${one.text} END` }
  },
  try(node, at, analyse) {
    const [of] = argsOf(node, at, analyse, 1, 1)
    if (of === undefined) return wrongCount(node)
    const [arg] = node.args
    // Only the cast itself can fail.
    if (arg?.kind === 'cast' && ['name', 'field', 'string'].includes(arg.of.kind))
      return analyse({ ...arg, isTry: true }, at)
    if (!isTriable(of.text)) refuseUnsupported(node, 'TRY of a subquery, a random value, or a cast to ipaddress within')
    return { type: of.type, text: `TRY(${of.text})` }
  },
  greatest: (node, at, analyse) => extreme(node, at, analyse, 'greatest'),
  least: (node, at, analyse) => extreme(node, at, analyse, 'least'),
  typeof(node, at, analyse) {
    const [of] = argsOf(node, at, analyse, 1, 1)
    if (of === undefined) return wrongCount(node)
    const name = quotedText(typeText(of.type))
    // The argument is named for the engine too, which counts the rows of an aggregate only when it sees one.
    return { type: varchar, text: `CASE WHEN ${of.text} IS NULL THEN ${name} ELSE ${name} END` }
  },
  grouping(node, at, analyse) {
    const args = argsOf(node, at, analyse, 1, Number.POSITIVE_INFINITY)
    return { type: bigint, text: `CAST(grouping(${args.map((arg) => arg.text).join(', ')}) AS BIGINT)` }
  },
}

function argsOf(node: CallNode, at: Surroundings, analyse: Analyse, min: number, max: number): readonly Typed[] {
  if (node.args.length < min || node.args.length > max) wrongCount(node)
  return node.args.map((arg) => analyse(arg, at))
}

function wrongCount(node: CallNode): never {
  refuse(node, `Invalid number of arguments for '${node.name}' function`)
}

function common(node: CallNode, args: readonly Typed[]): SqlType {
  let type: SqlType = { kind: 'unknown' }
  for (const arg of args) {
    const next = commonType(type, arg.type)
    if (next === undefined) {
      refuse(
        node,
        `All ${node.name.toUpperCase()} operands must be the same type or coercible to a common type. Cannot find common type between ${typeText(type)} and ${typeText(arg.type)}`,
      )
    }
    type = next
  }
  return type
}

/** NULL when any argument is; the engine's own would leave NULLs out. */
function extreme(node: CallNode, at: Surroundings, analyse: Analyse, name: string): Typed {
  const args = argsOf(node, at, analyse, 1, Number.POSITIVE_INFINITY)
  const type = common(node, args)
  requireOrderable(node, type)
  const texts = args.map((arg) => coerce(arg, type).text)
  const isNull = texts.map((text) => `${text} IS NULL`).join(' OR ')
  return { type, text: `CASE WHEN ${isNull} THEN NULL ELSE ${name}(${texts.join(', ')}) END` }
}
