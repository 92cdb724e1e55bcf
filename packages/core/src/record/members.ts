import {
  type MapShape,
  type Member,
  membersOf,
  type ServiceModel,
  type Shape,
  type StructureShape,
} from '@cairn/aws-kit/model'
import type { JsonObject } from './build-record.ts'
import { isSecretName, type Mark, type MemberHabits } from './habits/index.ts'
import { memberTime } from './time.ts'

/** What a reader sees in place of a value that the record must not repeat. */
const hidden: Mark = 'HIDDEN_DUE_TO_SECURITY_REASONS'

const noHabits: MemberHabits = { hidden: new Map() }

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
  'PrivateKeyPlaintext',
  'PrivateKeyCiphertextBlob',
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
export function recordMembers(
  model: Pick<ServiceModel, 'shapes'>,
  shapeName: string | undefined,
  value: unknown,
  habits: MemberHabits = noHabits,
): JsonObject | null {
  const shape = shapeName === undefined ? undefined : model.shapes[shapeName]
  if (shape?.type !== 'structure' || !isObject(value)) return null
  const shown = structure({ model, habits }, shape, value, 0)
  return Object.keys(shown).length === 0 ? null : shown
}

interface Showing {
  readonly model: Pick<ServiceModel, 'shapes'>
  readonly habits: MemberHabits
}

function structure(showing: Showing, shape: StructureShape, value: JsonObject, depth: number): JsonObject {
  const { hidden: marks, nameOf } = showing.habits
  const shown: Record<string, unknown> = {}
  for (const [name, member] of membersOf(shape)) {
    const inner = Object.hasOwn(value, name) ? value[name] : undefined
    if (inner === undefined || inner === null || leftOut.has(name) || member.streaming) continue
    const mark = marks.get(name)
    const text = mark === undefined ? memberValue(showing, name, member, inner, depth + 1) : marked(mark)
    if (text === undefined) continue
    shown[nameOf === undefined ? recordMemberName(name) : nameOf(name, member.locationName ?? name)] = text
  }
  return shown
}

function marked(mark: Mark): unknown {
  if (mark === '{}') return {}
  return mark === '' ? undefined : mark
}

function memberValue(showing: Showing, name: string, member: Member, value: unknown, depth: number): unknown {
  const shape = showing.model.shapes[member.shape]
  if (shape === undefined || depth > depthMax) return undefined
  if (member.sensitive || shape.sensitive) return shape.type === 'blob' ? undefined : hidden
  if (shape.type === 'string' && isSecretName(name)) return hidden
  return shapeValue(showing, name, shape, value, depth)
}

/** `name` is that of the member around lists and maps: what it says of secrecy holds for what is in them. */
function shapeValue(showing: Showing, name: string, shape: Shape, value: unknown, depth: number): unknown {
  switch (shape.type) {
    case 'structure':
      return isObject(value) ? structure(showing, shape, value, depth) : undefined
    case 'list':
      if (!Array.isArray(value)) return undefined
      return value
        .map((item: unknown) => memberValue(showing, name, shape.member, item, depth + 1))
        .filter((item) => item !== undefined)
    case 'map':
      return isObject(value) ? mapValue(showing, name, shape, value, depth) : undefined
    case 'timestamp':
      return timestamp(value)
    case 'blob':
      return undefined
    default:
      return typeof value === 'object' ? undefined : typeof value === 'bigint' ? Number(value) : value
  }
}

function mapValue(showing: Showing, name: string, shape: MapShape, value: JsonObject, depth: number): unknown {
  // A key cannot be hidden in place, so a map of secret keys is hidden whole.
  if (shape.key.sensitive || showing.model.shapes[shape.key.shape]?.sensitive) return hidden
  const shown = Object.entries(value).flatMap(([key, inner]) => {
    const text = memberValue(showing, isSecretName(key) ? key : name, shape.value, inner, depth + 1)
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
