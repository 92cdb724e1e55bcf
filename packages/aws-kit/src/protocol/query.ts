import type { Member, ServiceModel, StructureShape } from '../model/index.ts'
import { decodePercent, type Parameter } from './form.ts'
import { ProtocolError } from './protocol-error.ts'
import { objectOf, readBase64, readScalarText, shapeOf } from './scalar.ts'
import { readTimestampText } from './timestamp.ts'

/*
 * Input of the query protocol: one form parameter per scalar, its name the path to it.
 *
 *     form  = "Action=" operation "&Version=" date *( "&" path "=" value )
 *     path  = step *( "." step )
 *     step  = member name                              ; in a structure
 *           / "member." n                              ; in a list, or the member's locationName; flattened: n alone
 *           / "entry." n ( ".key" / ".value" )         ; in a map; flattened: n and what follows alone
 *     n     = 1, 2, …                                  ; order counts, gaps do not
 *
 * `List=` (no steps, empty value) is an empty list. A flattened list or map that is empty has no parameter at all:
 * where the model requires one, none is the empty one.
 */

/** The deepest model needs 8 steps. */
const stepsMax = 32

const code = 'MalformedInput'

interface Node {
  value: string | undefined
  readonly children: Map<string, Node>
}

/**
 * Reads the parameters of a call as its input; unknown ones are ignored. `path` is the URL's, undecoded.
 *
 * @throws ProtocolError `MalformedInput`
 */
export function readQueryInput(
  model: ServiceModel,
  shape: StructureShape,
  parameters: readonly Parameter[],
  path: string,
): object {
  const input = readStructure(model, shape, toTree(parameters))
  const { pathMember } = model
  const isTold = pathMember !== undefined && pathMember in shape.members && path !== '/' && !(pathMember in input)
  return isTold ? { ...input, [pathMember]: decodePercent(path, code) } : input
}

function toTree(parameters: readonly Parameter[]): Node {
  const root: Node = { value: undefined, children: new Map() }
  for (const [path, value] of parameters) {
    const steps = path.split('.', stepsMax + 1)
    if (steps.length > stepsMax) throw new ProtocolError(code, 'A parameter name has too many parts')
    let node = root
    for (const step of steps) {
      const next: Node = node.children.get(step) ?? { value: undefined, children: new Map() }
      node.children.set(step, next)
      node = next
    }
    // Two readers could take different ones of two.
    if (node.value !== undefined) throw new ProtocolError(code, `Duplicate parameter: ${path.slice(0, 128)}`)
    node.value = value
  }
  return root
}

function readStructure(model: ServiceModel, shape: StructureShape, node: Node): object {
  const entries: [string, unknown][] = []
  for (const [name, member] of Object.entries(shape.members)) {
    const child = node.children.get(member.locationName ?? name)
    if (child !== undefined) entries.push([name, readValue(model, member, child)])
    else if (shape.required.includes(name) && isFlattened(model, member)) {
      entries.push([name, readValue(model, member, nothing)])
    }
  }
  return objectOf(entries)
}

const nothing: Node = { value: undefined, children: new Map() }

function isFlattened(model: ServiceModel, member: Member): boolean {
  const shape = shapeOf(model, member.shape)
  return member.flattened === true || ('flattened' in shape && shape.flattened === true)
}

function readValue(model: ServiceModel, member: Member, node: Node): unknown {
  const shape = shapeOf(model, member.shape)
  switch (shape.type) {
    case 'structure':
      return readStructure(model, shape, node)
    case 'list': {
      const items = isFlattened(model, member) ? node : node.children.get(shape.member.locationName ?? 'member')
      return numbered(items).map((item) => readValue(model, shape.member, item))
    }
    case 'map': {
      const items = numbered(isFlattened(model, member) ? node : node.children.get('entry'))
      return objectOf(
        items.map((item) => {
          const key = item.children.get(shape.key.locationName ?? 'key')
          const value = item.children.get(shape.value.locationName ?? 'value')
          if (key === undefined || value === undefined)
            throw new ProtocolError(code, 'A map entry lacks its key or value')
          return [scalarText(key), readValue(model, shape.value, value)]
        }),
      )
    }
    case 'string':
      return scalarText(node)
    case 'blob':
      return readBase64(scalarText(node), code)
    case 'timestamp': {
      const ms = readTimestampText(scalarText(node))
      if (ms === undefined) throw new ProtocolError(code, 'STRING_VALUE can not be converted to a Timestamp')
      return ms
    }
    default:
      return readScalarText(shape.type, scalarText(node), code)
  }
}

/** The children with a number for a name, in its order. */
function numbered(node: Node | undefined): Node[] {
  const items = [...(node?.children ?? [])].map(([step, item]) => {
    if (!/^\d{1,9}$/.test(step)) throw new ProtocolError(code, 'A list member is not numbered')
    return { order: Number(step), item }
  })
  return items.sort((a, b) => a.order - b.order).map(({ item }) => item)
}

function scalarText(node: Node): string {
  if (node.value === undefined) throw new ProtocolError(code, 'Start of structure or map found where not expected.')
  return node.value
}
