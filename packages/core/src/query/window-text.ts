import type { Analyse, Surroundings } from './analysis.ts'
import type { Apply } from './functions/index.ts'
import { comparable, requireOrderable } from './operators.ts'
import { refuse } from './refusal.ts'
import type { CallNode, FrameBound, SortItem, WindowNode } from './syntax-tree.ts'

/** How an engine's function is called for this call of an aggregate or window function. */
export function applyOver(node: CallNode, at: Surroundings, inside: Surroundings, analyse: Analyse): Apply {
  return (engineFunction, ...args) => {
    const isDistinct = node.isDistinct && args[0] !== '*' && args[0]?.startsWith('DISTINCT ') !== true
    const inner = [
      isDistinct ? `DISTINCT ${args.join(', ')}` : args.join(', '),
      ...(node.orderBy.length > 0 ? [`ORDER BY ${sortText(node.orderBy, inside, analyse)}`] : []),
      ...(node.nulls === 'IGNORE' ? ['IGNORE NULLS'] : []),
    ]
    let text = `${engineFunction}(${inner.join(' ')})`
    if (node.filter !== undefined) {
      const filter = analyse(node.filter, inside)
      if (filter.type.kind !== 'boolean') refuse(node.filter, 'Filter must evaluate to a boolean')
      text += ` FILTER (WHERE ${filter.text})`
    }
    return node.over === undefined ? text : `${text} OVER (${windowText(node.over, at, analyse)})`
  }
}

/** NULLs last in both directions unless told otherwise. */
export function sortText(items: readonly SortItem[], at: Surroundings, analyse: Analyse): string {
  return items
    .map((item) => {
      const typed = analyse(item.expression, at)
      requireOrderable(item.expression, typed.type)
      return comparable(typed) + directionText(item)
    })
    .join(', ')
}

/** ` DESC NULLS LAST`, always said in full: the two defaults are not to be relied on. */
export function directionText({ isDescending, isNullsFirst }: SortItem): string {
  return `${isDescending ? ' DESC' : ' ASC'} NULLS ${isNullsFirst ? 'FIRST' : 'LAST'}`
}

function windowText(window: WindowNode, at: Surroundings, analyse: Analyse): string {
  const inner = { ...at, noWindows: 'Window' }
  const { partitionBy, orderBy, frame } = flattened(window, at)
  const parts: string[] = []
  if (partitionBy.length > 0) {
    parts.push(`PARTITION BY ${partitionBy.map((node) => comparable(analyse(node, inner))).join(', ')}`)
  }
  if (orderBy.length > 0) parts.push(`ORDER BY ${sortText(orderBy, inner, analyse)}`)
  if (frame !== undefined) {
    const bound = (one: FrameBound) => ('value' in one ? `${analyse(one.value, inner).text} ${one.kind}` : one.kind)
    const { start, end } = frame
    parts.push(`${frame.unit} ${end === undefined ? bound(start) : `BETWEEN ${bound(start)} AND ${bound(end)}`}`)
  }
  return parts.join(' ')
}

/** With what it takes over from a window of the WINDOW clause. */
function flattened(window: WindowNode, at: Surroundings): Pick<WindowNode, 'partitionBy' | 'orderBy' | 'frame'> {
  if (window.base === undefined) return window
  const { [window.base.key]: found } = Object.fromEntries(at.windows)
  if (found === undefined) refuse(window.base, `Cannot resolve WINDOW name ${window.base.text}`)
  const windows = new Map([...at.windows].filter(([name]) => name !== window.base?.key))
  const base = flattened(found, { ...at, windows })
  return {
    partitionBy: base.partitionBy,
    orderBy: window.orderBy.length > 0 ? window.orderBy : base.orderBy,
    ...((window.frame ?? base.frame) && { frame: window.frame ?? base.frame }),
  } as Pick<WindowNode, 'partitionBy' | 'orderBy' | 'frame'>
}
