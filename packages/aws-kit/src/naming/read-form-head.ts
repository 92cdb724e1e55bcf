/** `name=value`, decoded. */
export type FormParameter = readonly [name: string, value: string]

/** Far above what any call needs, far below what would take noticeable time. */
const parametersMax = 10_000

const decoder = new TextDecoder()

/**
 * Parameters of a query string or of a form that may be cut off: whole ones. What is not percent-encoded as it should
 * be stands as it is. Never throws.
 */
export function readForm(text: string, isWhole: boolean): readonly FormParameter[] {
  const parts = text.split('&', parametersMax + 1)
  // The last one may be half of itself, and half a value is a wrong one.
  if (!isWhole || parts.length > parametersMax) parts.pop()
  const parameters: FormParameter[] = []
  for (const part of parts) {
    if (part === '') continue
    const equals = part.indexOf('=')
    if (equals < 0) parameters.push([decodeForm(part), ''])
    else parameters.push([decodeForm(part.slice(0, equals)), decodeForm(part.slice(equals + 1))])
  }
  return parameters
}

export function readFormHead(bytes: Uint8Array, isWhole: boolean): readonly FormParameter[] {
  return readForm(decoder.decode(bytes), isWhole)
}

function decodeForm(text: string): string {
  return decodeLenient(text.includes('+') ? text.replaceAll('+', ' ') : text)
}

/** Percent-decodes what can be; the text itself otherwise. */
export function decodeLenient(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A form as a tree: `Tag.1.Key=a` is the value at Tag → 1 → Key. */
export interface FormNode {
  readonly value: string | undefined
  readonly children: ReadonlyMap<string, FormNode>
}

interface GrowingNode {
  value: string | undefined
  children: Map<string, GrowingNode>
}

/** The deepest model needs 8 steps; a longer name is left out. */
const stepsMax = 32

/** Most nodes have no children and share this; nobody writes to it. */
const noChildren: Map<string, GrowingNode> = new Map()

const trees = new WeakMap<readonly FormParameter[], FormNode>()

/** The tree of a form; made once for the same parameters. */
export function formTree(parameters: readonly FormParameter[]): FormNode {
  const known = trees.get(parameters)
  if (known !== undefined) return known
  const root = growTree(parameters)
  trees.set(parameters, root)
  return root
}

function growTree(parameters: readonly FormParameter[]): FormNode {
  const root: GrowingNode = { value: undefined, children: new Map() }
  for (const [path, value] of parameters) {
    if (!path.includes('.')) {
      childOf(root, path).value ??= value
      continue
    }
    const steps = path.split('.', stepsMax + 1)
    if (steps.length > stepsMax) continue
    let node = root
    for (const step of steps) node = childOf(node, step)
    node.value ??= value
  }
  return root
}

function childOf(node: GrowingNode, step: string): GrowingNode {
  const known = node.children.get(step)
  if (known !== undefined) return known
  const child: GrowingNode = { value: undefined, children: noChildren }
  if (node.children === noChildren) node.children = new Map()
  node.children.set(step, child)
  return child
}

/** The values and lists of values at the top of a form: what names things, without reading what is in structures. */
export function topOfForm(root: FormNode): Readonly<Record<string, string | readonly string[]>> {
  const entries: [string, string | readonly string[]][] = []
  for (const [name, { value, children }] of root.children) {
    if (value !== undefined) entries.push([name, value])
    else {
      const values = [...children.values()].flatMap((child) => (child.value === undefined ? [] : [child.value]))
      if (values.length > 0) entries.push([name, values])
    }
  }
  return Object.fromEntries(entries)
}
