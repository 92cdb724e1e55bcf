import type { Member, ServiceModel, Shape, StructureShape } from '@cairn/aws-kit/model'
import type { JsonObject } from './build-record.ts'
import { memberTime } from './time.ts'

/** What a reader sees in place of a value that the record must not repeat. */
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'

/** No modelled request nests deeper; a recursive shape fed by an attacker does. Deeper members are left out. */
const depthMax = 32

/**
 * Secrets that real records leave out without a mark, whatever the model says. The access key id and the session
 * token beside them are shown.
 */
const leftOut: ReadonlySet<string> = new Set([
  'SecretAccessKey',
  'Password',
  'OldPassword',
  'NewPassword',
  'Plaintext',
  'CiphertextBlob',
  'ZipFile',
  'ServicePassword',
  'ServiceCredentialSecret',
  'SAMLAssertion',
  'WebIdentityToken',
  'TradeInToken',
  'SecretString',
  'SecretBinary',
])

/** A member's name in a record: only the first letter changes, so `SAMLAssertion` becomes `sAMLAssertion`. */
export function recordMemberName(member: string): string {
  return member.slice(0, 1).toLowerCase() + member.slice(1)
}

/**
 * A request or answer as records show it: the members the model knows, in the model's order, sensitive ones hidden,
 * blobs and streams left out. `null` when nothing is left to show.
 *
 * `value` is the decoded input or output: timestamps as `Date` or epoch milliseconds.
 */
export function recordMembers(model: ServiceModel, shapeName: string | undefined, value: unknown): JsonObject | null {
  const shape = shapeName === undefined ? undefined : model.shapes[shapeName]
  if (shape?.type !== 'structure' || !isObject(value)) return null
  const shown = structure(model, shape, value, 0)
  return Object.keys(shown).length === 0 ? null : shown
}

function structure(model: ServiceModel, shape: StructureShape, value: JsonObject, depth: number): JsonObject {
  const shown: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(shape.members)) {
    const inner = Object.hasOwn(value, name) ? value[name] : undefined
    if (inner === undefined || inner === null || leftOut.has(name) || member.streaming) continue
    const text = memberValue(model, member, inner, depth + 1)
    if (text !== undefined) shown[recordMemberName(name)] = text
  }
  return shown
}

function memberValue(model: ServiceModel, member: Member, value: unknown, depth: number): unknown {
  const shape = model.shapes[member.shape]
  if (shape === undefined || depth > depthMax) return undefined
  if (member.sensitive || shape.sensitive) return shape.type === 'blob' ? undefined : hidden
  return shapeValue(model, shape, value, depth)
}

function shapeValue(model: ServiceModel, shape: Shape, value: unknown, depth: number): unknown {
  switch (shape.type) {
    case 'structure':
      return isObject(value) ? structure(model, shape, value, depth) : undefined
    case 'list':
      if (!Array.isArray(value)) return undefined
      return value
        .map((item: unknown) => memberValue(model, shape.member, item, depth + 1))
        .filter((item) => item !== undefined)
    case 'map':
      return isObject(value) ? mapValue(model, shape.value, value, depth) : undefined
    case 'timestamp':
      return timestamp(value)
    case 'blob':
      return undefined
    default:
      return typeof value === 'object' ? undefined : typeof value === 'bigint' ? Number(value) : value
  }
}

function mapValue(model: ServiceModel, member: Member, value: JsonObject, depth: number): JsonObject {
  const shown = Object.entries(value).flatMap(([key, inner]) => {
    const text = memberValue(model, member, inner, depth + 1)
    return text === undefined ? [] : [[key, text] as const]
  })
  return Object.fromEntries(shown)
}

function timestamp(value: unknown): string | undefined {
  const epochMs = value instanceof Date ? value.getTime() : value
  return typeof epochMs === 'number' && Number.isFinite(epochMs) ? memberTime(epochMs) : undefined
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
