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
  return parts.flatMap((part): readonly FormParameter[] => {
    if (part === '') return []
    const equals = part.indexOf('=')
    const [name, value] = equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)]
    return [[decodeForm(name), decodeForm(value)]]
  })
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
  value: string | undefined
  readonly children: Map<string, FormNode>
}

/** The deepest model needs 8 steps; a longer name is left out. */
const stepsMax = 32

export function formTree(parameters: readonly FormParameter[]): FormNode {
  const root = newNode()
  for (const [path, value] of parameters) {
    const steps = path.split('.', stepsMax + 1)
    if (steps.length > stepsMax) continue
    let node = root
    for (const step of steps) {
      const next = node.children.get(step) ?? newNode()
      node.children.set(step, next)
      node = next
    }
    node.value ??= value
  }
  return root
}

function newNode(): FormNode {
  return { value: undefined, children: new Map() }
}
