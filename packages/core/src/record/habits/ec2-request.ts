import { type Member, membersByName, membersOf, type ServiceModel, type StructureShape } from '@cairn/aws-kit/model'
import type { FormNode } from '@cairn/aws-kit/naming'
import type { JsonObject } from '../build-record.ts'
import {
  firstEmitter,
  isTextNumber,
  itemsName,
  memberName,
  ofEachInstance,
  setName,
  showsEmptySet,
  unsaidMembers,
  unsaidOfPermission,
} from './ec2-names.ts'
import { looseScalar } from './loose-json.ts'
import { hiddenMembers, isSecretName, type Mark } from './redaction.ts'

/** A call of EC2 with its form, whose names both emitters keep traces of. */
export interface Ec2Request {
  readonly model: Pick<ServiceModel, 'shapes'>
  readonly operation: string
  readonly input: string | undefined
  readonly form: FormNode
}

/** No model is deeper. */
const depthMax = 32

/** A request with what its operation hides. */
interface Showing extends Ec2Request {
  readonly marks: ReadonlyMap<string, Mark>
}

/** A structure and the part of the form that is it. */
interface Part {
  readonly shape: StructureShape
  readonly node: FormNode
  readonly depth: number
}

/**
 * `requestParameters` of a call of EC2.
 *
 * @quirk EC2 has two emitters: operations of 2014 show lists as `…Set: {items: [{…}]}` and empty ones too; later ones
 *   show the form's own names inside `<Operation>Request`, list items with a `tag` that is their number
 * @source real log files of 2017–2026
 */
export function ec2Parameters(asked: Ec2Request): JsonObject | null {
  const request: Showing = { ...asked, marks: hiddenMembers('ec2', asked.operation) }
  const shape = request.input === undefined ? undefined : request.model.shapes[request.input]
  if (shape?.type !== 'structure') return null
  const part: Part = { shape, node: request.form, depth: 0 }
  if (!firstEmitter.has(request.operation)) {
    const shown = secondStructure(request, part)
    return { [`${request.operation}Request`]: Object.keys(shown).length === 0 ? '' : shown }
  }
  const shown = { ...unsaidMembers(request.operation), ...emptySets(request, shape), ...firstStructure(request, part) }
  return request.operation === 'RunInstances' ? withInstances(shown) : shown
}

/** Reads show every list they could be narrowed by. */
function emptySets({ model, operation }: Ec2Request, shape: StructureShape): JsonObject {
  if (!operation.startsWith('Describe')) return {}
  const sets = membersOf(shape).flatMap(([name, member]) => {
    const wireName = formName(name, member)
    const isSet = model.shapes[member.shape]?.type === 'list' && showsEmptySet(operation, wireName)
    return isSet ? [[setName(operation, wireName).set, {}]] : []
  })
  return Object.fromEntries(sets)
}

function withInstances(shown: JsonObject): JsonObject {
  const rest: Record<string, unknown> = {}
  const instance: Record<string, unknown> = {}
  for (const name in shown) (ofEachInstance.has(name) ? instance : rest)[name] = shown[name]
  return { instancesSet: { items: [instance] }, ...rest }
}

function firstStructure(request: Showing, part: Part): JsonObject {
  const shown: Record<string, unknown> = {}
  for (const { name, wireName, member, node } of present(part)) {
    const shape = request.model.shapes[member.shape]
    const mark = markOf(request, name, member)
    if (mark !== undefined) {
      if (mark !== '') shown[memberName(request.operation, wireName)] = mark === '{}' ? {} : mark
    } else if (shape?.type === 'list') {
      const { set, item } = setName(request.operation, wireName)
      // Tags of a specification are the one list that is shown bare.
      const isBare = wireName === 'Tag' && part.depth > 0
      const items = itemsOf(node).map((each) => firstItem(request, shape.member, each, { item, depth: part.depth + 1 }))
      const permitted = set === 'ipPermissions' ? items.map((each) => ({ ...unsaidOfPermission, ...each })) : items
      const key = itemsName(request.operation, wireName)
      shown[isBare ? 'tags' : set] = isBare ? permitted : permitted.length === 0 ? {} : { [key]: permitted }
    } else if (shape?.type === 'structure') {
      const inner = { shape, node, depth: part.depth + 1 }
      shown[memberName(request.operation, wireName)] = firstStructure(request, inner)
    } else if (node.value !== undefined) {
      const own = memberName(request.operation, wireName)
      shown[own] = isTextNumber(request.operation, own) ? node.value : typed(shape?.type, node.value)
    }
  }
  return shown
}

function firstItem(
  request: Showing,
  member: Member,
  node: FormNode,
  { item, depth }: { readonly item: string; readonly depth: number },
): JsonObject {
  const shape = request.model.shapes[member.shape]
  if (shape?.type === 'structure') return firstStructure(request, { shape, node, depth })
  return { [item]: typed(shape?.type, node.value ?? '') }
}

function secondStructure(request: Showing, part: Part): JsonObject {
  const shown: Record<string, unknown> = {}
  for (const { name, wireName, member, node } of present(part)) {
    const shape = request.model.shapes[member.shape]
    const mark = markOf(request, name, member)
    if (mark !== undefined) {
      if (mark !== '') shown[wireName] = mark === '{}' ? {} : mark
    } else if (shape?.type === 'list') {
      const items = itemsOf(node).map((each, index) => {
        const own = request.model.shapes[shape.member.shape]
        const tag = index + 1
        return own?.type === 'structure'
          ? { ...secondStructure(request, { shape: own, node: each, depth: part.depth + 1 }), tag }
          : { content: looseScalar(each.value ?? ''), tag }
      })
      if (items.length > 0) shown[wireName] = items.length === 1 ? items[0] : items
    } else if (shape?.type === 'structure') {
      shown[wireName] = secondStructure(request, { shape, node, depth: part.depth + 1 })
    } else if (node.value !== undefined) {
      shown[wireName] = looseScalar(node.value)
    }
  }
  return shown
}

interface PresentMember {
  readonly name: string
  readonly wireName: string
  readonly member: Member
  readonly node: FormNode
}

/** The members of a structure that the form has, in its order. */
function present({ shape, node, depth }: Part): readonly PresentMember[] {
  if (depth > depthMax) return []
  const known = membersByName(shape, formName)
  const found: PresentMember[] = []
  for (const [wireName, child] of node.children) {
    const [name, member] = known.get(wireName) ?? []
    if (name !== undefined && member !== undefined) found.push({ name, wireName, member, node: child })
  }
  return found
}

function markOf({ model, marks }: Showing, name: string, member: Member): Mark | undefined {
  const mark = marks.get(name)
  if (mark !== undefined) return mark
  const shape = model.shapes[member.shape]
  const isOfSecrets = shape?.type === 'list' && shape.member.sensitive === true
  const isSecret = member.sensitive === true || shape?.sensitive === true || isOfSecrets || isSecretName(name)
  return isSecret ? '<sensitiveDataRemoved>' : undefined
}

/** How EC2's forms spell a member. */
function formName(name: string, member: Member & { readonly queryName?: string }): string {
  const wireName = member.queryName ?? member.locationName ?? name
  return wireName.slice(0, 1).toUpperCase() + wireName.slice(1)
}

function itemsOf(node: FormNode): readonly FormNode[] {
  if (node.children.size === 0) return []
  return [...node.children]
    .filter(([step]) => /^\d{1,9}$/.test(step))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, item]) => item)
}

function typed(type: string | undefined, text: string): unknown {
  switch (type) {
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
    case 'boolean':
      return looseScalar(text)
    default:
      return text
  }
}
