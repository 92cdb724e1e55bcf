import { functionVariants } from './functions/index.ts'
import type { ExpressionNode } from './syntax-tree.ts'

/** Whether an expression aggregates rows, outside its subqueries. */
export function findAggregate(node: ExpressionNode): boolean {
  if (node.kind === 'call') {
    const isAggregate = functionVariants(node.name)[0]?.kind === 'aggregate'
    if (isAggregate && node.over === undefined) return true
    const { over } = node
    const sorts = over?.orderBy.map((item) => item.expression) ?? []
    return [...node.args, ...(over?.partitionBy ?? []), ...sorts].some(findAggregate)
  }
  return childrenOf(node).some(findAggregate)
}

/** Parts that are expressions, but those of calls and queries. */
function childrenOf(node: Exclude<ExpressionNode, { kind: 'call' }>): readonly ExpressionNode[] {
  switch (node.kind) {
    case 'field':
    case 'cast':
    case 'negate':
    case 'not':
    case 'is-null':
    case 'extract':
      return [node.of]
    case 'in-query':
      return [node.of]
    case 'quantified':
      return [node.left]
    case 'subscript':
      return [node.of, node.index]
    case 'at-time-zone':
      return [node.of, node.zone]
    case 'lambda':
      return [node.body]
    case 'case': {
      const whens = node.whens.flatMap(({ when, value }) => [when, value])
      return [...(node.operand ? [node.operand] : []), ...whens, ...(node.otherwise ? [node.otherwise] : [])]
    }
    case 'json-call': {
      const fallbacks = [node.onEmpty, node.onError]
      return [node.of, ...fallbacks.flatMap((one) => (one.kind === 'default' ? [one.value] : []))]
    }
    case 'array':
    case 'row':
      return node.elements
    case 'arithmetic':
    case 'concat':
    case 'comparison':
    case 'distinct-from':
      return [node.left, node.right]
    case 'logical':
      return node.terms
    case 'between':
      return [node.of, node.low, node.high]
    case 'in-list':
      return [node.of, ...node.items]
    case 'like':
      return [node.of, node.pattern, ...(node.escape ? [node.escape] : [])]
    default:
      return []
  }
}
