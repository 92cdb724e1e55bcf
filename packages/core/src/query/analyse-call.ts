import type { Analyse, Surroundings } from './analysis.ts'
import { coerce } from './coercion.ts'
import { withShort } from './engine-text.ts'
import {
  type Bindings,
  type Call,
  functionVariants,
  type LambdaText,
  match,
  signatureText,
  typeOf,
  unsupportedFunctions,
  type Variant,
} from './functions/index.ts'
import { comparable, concatenate, requireOrderable } from './operators.ts'
import { refuse, refuseUnsupported } from './refusal.ts'
import { specialForms } from './special-forms.ts'
import { type SqlType, typeText, varchar } from './sql-type.ts'
import type { CallNode, ExpressionNode } from './syntax-tree.ts'
import type { Typed } from './typed.ts'
import { applyOver } from './window-text.ts'

/** Functions that have no value to group, only an order; their last arguments are counts. */
const ordered = new Set(['max', 'min', 'max_by', 'min_by', 'array_sort', 'array_max', 'array_min', 'approx_percentile'])

/**
 * A call: finds the way to call the function that fits the arguments best.
 *
 * @throws Refusal
 */
export function analyseCall(node: CallNode, at: Surroundings, analyse: Analyse): Typed {
  const special = specialForms[node.name]
  if (special !== undefined) {
    refuseModifiers(node)
    return special(node, at, analyse)
  }
  const variants = functionVariants(node.name)
  const [first] = variants
  if (first === undefined) {
    if (node.name === 'concat') return concat(node, at, analyse)
    if (unsupportedFunctions.has(node.name)) refuseUnsupported(node, `Function '${node.name}'`)
    return refuse(node, `Function '${node.name}' not registered`)
  }
  const isAggregate = first.kind !== 'scalar'
  if (isAggregate) requireAllowed(node, first, at)
  else refuseModifiers(node)
  if (node.isStar && node.name !== 'count') refuse(node, `Unexpected parameters () for function ${node.name}`)
  const inside = isAggregate && node.over === undefined ? argumentsOf(node, at) : at
  const args = node.args.map((arg) => (arg.kind === 'lambda' ? arg : analyse(arg, inside)))
  if (node.name === 'concat' && args.some((arg) => isTyped(arg) && arg.type.kind === 'varchar')) {
    return concat(node, at, analyse)
  }
  const chosen = choose(node, variants, args)
  return emit(node, chosen, args, at, inside, analyse)
}

function isTyped(arg: Typed | ExpressionNode): arg is Typed {
  return 'text' in arg && 'type' in arg && !('kind' in arg)
}

function refuseModifiers(node: CallNode): void {
  if (node.over !== undefined) refuse(node.over, `Cannot use window with non-window function: ${node.name}`)
  if (node.isDistinct || node.orderBy.length > 0 || node.filter !== undefined) {
    refuse(node, `DISTINCT, ORDER BY and FILTER need an aggregate function: ${node.name}`)
  }
  if (node.nulls !== undefined) refuse(node, `Cannot specify null treatment clause for ${node.name} function`)
  if (node.isStar) refuse(node, `Unexpected parameters () for function ${node.name}`)
}

function requireAllowed(node: CallNode, variant: Variant, at: Surroundings): void {
  if (node.over !== undefined) {
    if (at.noWindows !== undefined)
      refuse(
        node,
        `${at.noWindows} cannot contain aggregations, window functions or grouping operations: [${node.name}]`,
      )
    return
  }
  if (variant.kind === 'window') refuse(node, `Window function ${node.name} requires an OVER clause`)
  if (at.noAggregates !== undefined && at.isProbe !== true) {
    refuse(
      node,
      `${at.noAggregates} cannot contain aggregations, window functions or grouping operations: [${node.name}]`,
    )
  }
}

/** Arguments of an aggregate see every row of the group, and hold no aggregate themselves. */
function argumentsOf(node: CallNode, at: Surroundings): Surroundings {
  const { grouping: _, ...rows } = at
  return {
    ...rows,
    isProbe: false,
    noAggregates: `Aggregate function ${node.name}`,
    noWindows: `Aggregate function ${node.name}`,
  }
}

interface Choice {
  readonly variant: Variant
  readonly bindings: Bindings
}

function choose(node: CallNode, variants: readonly Variant[], args: readonly (Typed | ExpressionNode)[]): Choice {
  let best: (Choice & { readonly cost: number }) | undefined
  for (const variant of variants) {
    const fit = fits(variant, args)
    if (fit !== undefined && (best === undefined || fit.cost < best.cost)) best = { variant, ...fit }
  }
  if (best !== undefined) return best
  const types = args.map((arg) => (isTyped(arg) ? typeText(arg.type) : '<function>')).join(', ')
  const expected = [...new Set(variants.map((variant) => signatureText(variant.signature)))].join(', ')
  refuse(node, `Unexpected parameters (${types}) for function ${node.name}. Expected: ${expected}`)
}

function fits(
  { signature }: Variant,
  args: readonly (Typed | ExpressionNode)[],
): { readonly bindings: Bindings; readonly cost: number } | undefined {
  const { parameters, isVariadic } = signature
  if (isVariadic ? args.length < parameters.length : args.length !== parameters.length) return undefined
  const bindings: Bindings = new Map()
  let cost = 0
  for (const [index, arg] of args.entries()) {
    const pattern = parameters[Math.min(index, parameters.length - 1)]
    if (pattern === undefined) return undefined
    if (isTyped(arg)) {
      const distance = match(pattern, arg.type, bindings)
      if (distance === undefined) return undefined
      cost += distance
    } else if (
      pattern.kind !== 'function' ||
      arg.kind !== 'lambda' ||
      arg.parameters.length !== pattern.parameters.length
    ) {
      return undefined
    }
  }
  return { bindings, cost }
}

function emit(
  node: CallNode,
  { variant, bindings }: Choice,
  args: readonly (Typed | ExpressionNode)[],
  at: Surroundings,
  inside: Surroundings,
  analyse: Analyse,
): Typed {
  const { parameters, result } = variant.signature
  const lambdas = args.flatMap((arg, index) => {
    const pattern = parameters[index]
    if (isTyped(arg) || arg.kind !== 'lambda' || pattern?.kind !== 'function') return []
    const types = pattern.parameters.map((parameter) => typeOf(parameter, bindings))
    const lambda = analyseLambda(arg, types, inside, analyse)
    const bound = match(pattern.result, lambda.type, bindings)
    if (bound === undefined) {
      refuse(arg, `Unexpected parameters for function ${node.name}: lambda answers ${typeText(lambda.type)}`)
    }
    const type = typeOf(pattern.result, bindings)
    return [{ ...lambda, body: coerce({ type: lambda.type, text: lambda.body }, type).text, type }]
  })
  const typed = args.flatMap((arg, index) => {
    const pattern = parameters[Math.min(index, parameters.length - 1)]
    if (!isTyped(arg) || pattern === undefined) return []
    const type = typeOf(pattern, bindings, arg.type)
    const isLoose = pattern.kind === 'row' || hasRow(type)
    return [isLoose ? arg : { ...coerce(arg, type), ...(arg.literal !== undefined && { literal: arg.literal }) }]
  })
  if (ordered.has(node.name)) for (const arg of typed) requireOrderable(node, arg.type)
  const given = typed.map((arg) => arg.type)
  const type =
    variant.resultType?.(given) ??
    typeOf(
      result,
      bindings,
      given.find((one) => one.kind === (result.kind === 'exact' ? result.type.kind : result.kind)),
    )
  const isMany = variant.kind !== 'scalar'
  const texts = typed.map((arg) =>
    isMany && (node.isDistinct || node.name === 'approx_distinct') ? comparable(arg) : arg.text,
  )
  const call: Call = {
    place: node,
    name: node.name,
    args: typed,
    lambdas,
    result: type,
    apply: applyOver(node, at, inside, analyse),
  }
  return {
    type,
    text: `(${isMany ? variant.emit(call, ...texts) : withShort(texts, (...short) => variant.emit(call, ...short))})`,
  }
}

function hasRow(type: SqlType): boolean {
  return type.kind === 'array' && type.element.kind === 'row'
}

function analyseLambda(
  node: Extract<ExpressionNode, { kind: 'lambda' }>,
  types: readonly SqlType[],
  at: Surroundings,
  analyse: Analyse,
): LambdaText {
  const names = node.parameters.map((_, index) => `p${at.lambdaDepth}_${index}`)
  const fields = node.parameters.map((parameter, index) => ({
    name: parameter.key,
    label: parameter.text,
    type: types[index] ?? varchar,
    text: names[index] ?? '',
  }))
  const body = analyse(node.body, {
    ...at,
    scope: { fields, parent: at.scope, isFree: true },
    lambdaDepth: at.lambdaDepth + 1,
    noAggregates: 'Lambda expression',
    noWindows: 'Lambda expression',
  })
  return { parameters: names, body: body.text, type: body.type }
}

/** `concat` over texts: as many as one likes. */
function concat(node: CallNode, at: Surroundings, analyse: Analyse): Typed {
  const [first, ...rest] = node.args.map((arg) => analyse(arg, at))
  if (first === undefined || rest.length === 0) refuse(node, 'There must be two or more concatenation arguments')
  return rest.reduce((all, part) => concatenate(node, all, part), first)
}
