import { type Member, membersByName, type ServiceModel, type Shape, type StructureShape } from '@cairn/aws-kit/model'
import type { XmlElement } from '@cairn/aws-kit/protocol'
import type { JsonObject } from '../build-record.ts'
import { bareInAnswers, firstEmitter, isTextNumber } from './ec2-names.ts'
import { looseScalar } from './loose-json.ts'
import { hiddenMembers, isSecretName, type Mark } from './redaction.ts'

/** An answer of EC2: its root element and what its model says of it. */
export interface Ec2Answer {
  readonly model: Pick<ServiceModel, 'shapes'>
  readonly operation: string
  readonly output: string | undefined
  readonly root: XmlElement
}

/** No model is deeper. */
const depthMax = 32

/**
 * `responseElements` of a call of EC2: `…Set: {items: […]}` and times in milliseconds by the first emitter, the
 * document as it is inside `<Operation>Response` by the second.
 *
 * @quirk the answer `<return>true</return>` is recorded as `_return`
 * @source real log files of 2017–2026
 */
export function ec2Elements(answer: Ec2Answer): JsonObject {
  const { operation, root, output } = answer
  const requestId = root.children.find(({ name }) => name === 'requestId')?.text
  const returned = root.children.find(({ name }) => name === 'return')?.text
  const shape = output === undefined ? undefined : answer.model.shapes[output]
  const isFirst = firstEmitter.has(operation)
  const where: Where = { isFirst, marks: hiddenMembers('ec2', operation), depth: 0 }
  const members = shape?.type === 'structure' ? structure(answer, shape, root, where) : {}
  const { return: _, ...rest } = members
  if (!isFirst) {
    const xmlns = root.attributes.get('xmlns')
    const common = { ...(xmlns !== undefined && { xmlns }), ...(requestId !== undefined && { requestId }) }
    return { [`${operation}Response`]: { ...common, ...members, ...plainReturn(shape, returned) } }
  }
  return {
    ...(requestId !== undefined && { requestId }),
    ...(returned !== undefined && { _return: returned === 'true' }),
    ...rest,
  }
}

function plainReturn(shape: Shape | undefined, returned: string | undefined): JsonObject {
  return shape === undefined && returned !== undefined ? { return: returned === 'true' } : {}
}

interface Where {
  readonly isFirst: boolean
  readonly marks: ReadonlyMap<string, Mark>
  readonly depth: number
}

function structure(answer: Ec2Answer, shape: StructureShape, element: XmlElement, where: Where): JsonObject {
  if (where.depth > depthMax) return {}
  const known = membersByName(shape, elementName)
  const shown: Record<string, unknown> = {}
  for (const child of element.children) {
    const [name, member] = known.get(child.name) ?? []
    if (name !== undefined && member !== undefined) shown[child.name] = value(answer, name, member, child, where)
  }
  return shown
}

function elementName(name: string, member: Member): string {
  return member.locationName ?? name
}

function value(answer: Ec2Answer, name: string, member: Member, element: XmlElement, where: Where): unknown {
  const shape = answer.model.shapes[member.shape]
  if (where.marks.has(name) || member.sensitive || shape?.sensitive || isSecretName(name))
    return '<sensitiveDataRemoved>'
  const inner: Where = { isFirst: where.isFirst, marks: where.marks, depth: where.depth + 1 }
  switch (shape?.type) {
    case 'structure':
      if (element.children.length === 0) return where.isFirst ? {} : ''
      return structure(answer, shape, element, inner)
    case 'list': {
      const items = element.children.map((item) => value(answer, name, shape.member, item, inner))
      if (!where.isFirst) return items.length === 0 ? '' : { item: items.length === 1 ? items[0] : items }
      if (items.length === 0) return {}
      return { [bareInAnswers.has(element.name) ? 'item' : 'items']: items }
    }
    case 'timestamp': {
      const epochMs = Date.parse(element.text)
      return where.isFirst && Number.isFinite(epochMs) ? epochMs : element.text
    }
    case 'string':
      return where.isFirst ? element.text : looseScalar(element.text)
    default:
      if (where.isFirst && isTextNumber(answer.operation, element.name)) return element.text
      return looseScalar(element.text)
  }
}
