import type {
  ListShape,
  MapShape,
  Member,
  OperationModel,
  ServiceModel,
  Shape,
  StructureShape,
} from '../model/index.ts'
import { errorProtocol, frameworkCode, ProtocolError } from './protocol-error.ts'
import { shapeOf } from './scalar.ts'
import { describeValue, violations } from './violation.ts'
import { malformed } from './xml-reader.ts'

/** A message that lists hundreds of values helps nobody. */
const sentencesMax = 20

/**
 * Holds an input against the model's constraints: required members, lengths, ranges, patterns, enumerations.
 * The message is AWS's: `1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member
 * must have value greater than or equal to 1`; several sentences are counted and joined by `; `. `codes` replace the
 * one of the protocol, by the member that is wrong first.
 *
 * @throws ProtocolError `ValidationException` (JSON), `ValidationError` (query); S3: `MalformedXML` for the body and
 *   `InvalidArgument` for the rest
 */
export function validateInput(
  model: ServiceModel,
  operation: OperationModel,
  input: object,
  codes: Readonly<Record<string, string | undefined>> = {},
): void {
  if (operation.input === undefined) return
  const found: Finding[] = []
  const shape = shapeOf(model, operation.input) as StructureShape
  new Validator(model, found).structure('', shape, input)
  const [first] = found
  if (first === undefined) return
  if (model.protocol === 'restXml' && isInBody(shape, first.member)) throw malformed()
  const sentences = found.map(({ sentence }) => sentence)
  const count = sentences.length === 1 ? '1 validation error' : `${sentences.length} validation errors`
  const code = codes[first.member] ?? frameworkCode(errorProtocol(model), 'invalid')
  throw new ProtocolError(code, `${count} detected: ${sentences.join('; ')}`)
}

interface Finding {
  /** Member of the input it lies in. */
  readonly member: string
  readonly sentence: string
}

function isInBody(shape: StructureShape, name: string): boolean {
  return shape.members[name]?.location === undefined
}

class Validator {
  readonly #model: ServiceModel
  readonly #found: Finding[]
  #member = ''

  constructor(model: ServiceModel, found: Finding[]) {
    this.#model = model
    this.#found = found
  }

  structure(path: string, shape: StructureShape, value: object): void {
    for (const [name, member] of Object.entries(shape.members)) {
      if (path === '') this.#member = name
      if (this.#found.length >= sentencesMax) return
      const each = (value as Readonly<Record<string, unknown>>)[name]
      const memberPath = step(path, lowerFirst(name))
      if (each === undefined || each === null) {
        if (shape.required.includes(name)) this.#add(`Value null at '${memberPath}'`, 'Member must not be null')
      } else {
        this.#use(memberPath, member, each)
      }
    }
  }

  #use(path: string, member: Member, value: unknown): void {
    const shape = shapeOf(this.#model, member.shape)
    const isSensitive = member.sensitive === true || shape.sensitive === true
    // Nearly every value is right, and describing one costs more than judging it.
    const subject = () => (isSensitive ? 'Value' : `Value '${describeValue(value)}'`)
    for (const constraint of violations(shape, value)) this.#add(`${subject()} at '${path}'`, constraint)
    switch (shape.type) {
      case 'structure':
        if (!isStream(value)) this.structure(path, shape, value as object)
        break
      case 'list':
        this.#list(path, shape, value as readonly unknown[], subject)
        break
      case 'map':
        this.#map(path, shape, value as Readonly<Record<string, unknown>>, subject)
    }
  }

  /** A list of structures names the member that is wrong, a list of plain values what every member must be. */
  #list(path: string, shape: ListShape, values: readonly unknown[], subject: () => string): void {
    const member = shapeOf(this.#model, shape.member.shape)
    if (isPlain(member)) {
      const broken = values.find((each) => violations(member, each).length > 0)
      if (broken !== undefined) {
        const rules = violations(member, broken, { all: true }).join(', ')
        this.#add(`${subject()} at '${path}'`, `Member must satisfy constraint: [${rules}]`)
      }
      return
    }
    for (const [index, each] of values.entries()) {
      if (this.#found.length >= sentencesMax) return
      this.#use(`${path}.${index + 1}.member`, shape.member, each)
    }
  }

  #map(path: string, shape: MapShape, values: Readonly<Record<string, unknown>>, subject: () => string): void {
    const key = shapeOf(this.#model, shape.key.shape)
    const brokenKey = Object.keys(values).find((each) => violations(key, each).length > 0)
    if (brokenKey !== undefined) {
      const rules = violations(key, brokenKey, { all: true }).join(', ')
      this.#add(`${subject()} at '${path}'`, `Map keys must satisfy constraint: [${rules}]`)
    }
    const value = shapeOf(this.#model, shape.value.shape)
    if (isPlain(value)) {
      const broken = Object.values(values).find((each) => violations(value, each).length > 0)
      if (broken === undefined) return
      const rules = violations(value, broken, { all: true }).join(', ')
      this.#add(`${subject()} at '${path}'`, `Map value must satisfy constraint: [${rules}]`)
      return
    }
    for (const [name, each] of Object.entries(values)) {
      if (this.#found.length >= sentencesMax) return
      this.#use(`${path}.${describeValue(name)}.member`, shape.value, each)
    }
  }

  #add(subject: string, constraint: string): void {
    this.#found.push({ member: this.#member, sentence: `${subject} failed to satisfy constraint: ${constraint}` })
  }
}

function isPlain(shape: Shape): boolean {
  return shape.type !== 'structure' && shape.type !== 'list' && shape.type !== 'map'
}

function isStream(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

function step(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
