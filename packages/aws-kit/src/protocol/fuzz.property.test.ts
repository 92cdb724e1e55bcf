import { fullSize } from '@cairn/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadModel, type ModelName, modelNames } from '../model/index.ts'
import { ProtocolError, parseInput, type RequestHead, type Route, routeOperation, validateInput } from './index.ts'
import { readXmlDocument } from './xml-reader.ts'

const numRuns = fullSize(300, 20_000)
const encoder = new TextEncoder()

/** Runs what a hostile caller reaches; anything but a ProtocolError is a bug of ours. */
function survives(run: () => unknown): void {
  try {
    run()
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    expect(error.code).toMatch(/^[A-Za-z]+$/)
  }
}

function handle(route: Route | undefined, body: Uint8Array): void {
  if (route === undefined) return
  validateInput(route.model, route.operation, parseInput(route, body))
}

const headerName = fc.constantFrom(
  'x-amz-meta-a',
  'x-amz-acl',
  'range',
  'if-modified-since',
  'x-amz-copy-source',
  'host',
)
const headers = fc.dictionary(headerName, fc.string({ unit: 'binary' }), { noNullPrototype: true })
const words = fc.constantFrom(
  'acl',
  'uploads',
  'uploadId',
  'partNumber',
  'list-type',
  'id',
  '=',
  '2',
  '&',
  '%',
  '/',
  '+',
  'é',
  '',
)
const target = fc.array(words, { maxLength: 12 }).map((parts) => `/${parts.join('')}`)

/** Text in the alphabet of a grammar gets deeper into its reader than any text. */
function grammar(...tokens: readonly string[]): fc.Arbitrary<Uint8Array> {
  const token = fc.oneof(fc.constantFrom(...tokens), fc.string({ maxLength: 3 }))
  return fc.array(token, { maxLength: 60 }).map((parts) => encoder.encode(parts.join('')))
}

const bytes = fc.uint8Array({ maxLength: 200 })
const bodies: Readonly<Record<ModelName, fc.Arbitrary<Uint8Array>>> = {
  cloudtrail: fc.oneof(
    bytes,
    grammar('{', '}', '[', ']', ',', ':', '"Name"', '"', '\\', '1e999', '-', 'null', 'true', '__proto__'),
  ),
  athena: fc.oneof(bytes, grammar('{', '}', '[', ']', ',', ':', '"QueryString"', '"', '\\', '1e999', 'null')),
  'cloudtrail-data': fc.oneof(bytes, grammar('{"auditEvents":[', '{"id":', '"eventData"', '"', ']', '}', ',')),
  s3: fc.oneof(
    bytes,
    grammar(
      '<',
      '</',
      '/>',
      '>',
      'Delete',
      'Object',
      'Key',
      '&',
      '&#x',
      ';',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?',
      '?>',
      '<!DOCTYPE',
      '=',
      '"',
      "'",
      ' xmlns',
    ),
  ),
  sts: fc.oneof(
    bytes,
    grammar(
      'Action=AssumeRole',
      '&',
      '=',
      '.',
      'Tags',
      'member',
      '1',
      'Key',
      'DurationSeconds',
      '%',
      '%zz',
      '+',
      '__proto__',
    ),
  ),
  iam: fc.oneof(
    bytes,
    grammar('Action=CreateRole', '&', '=', '.', 'Tags.member.', '1', '.Key', '999999999', 'RoleName', '%00'),
  ),
  sqs: fc.oneof(
    bytes,
    grammar('{', '}', '[', ']', ',', ':', '"QueueUrl"', '"Entries"', '"Attributes":{', '"', '__proto__', '1e999'),
  ),
  'sqs-query': fc.oneof(
    bytes,
    grammar('Action=SendMessage', '&', '=', '.', 'MessageAttribute.', '1', '.Name', '.Value', 'AttributeName.', '%00'),
  ),
  kms: fc.oneof(
    bytes,
    grammar('{', '}', ',', ':', '"KeyId"', '"Plaintext"', '"AA=="', '"EncryptionContext":{', '"', '__proto__', '1e999'),
  ),
}

describe.each(modelNames)('%s', (service) => {
  it('survives any body and address for any operation', async () => {
    const model = await loadModel(service)
    const names = Object.keys(model.operations)
    fc.assert(
      fc.property(fc.constantFrom(...names), target, headers, bodies[service], (name, address, extra, body) => {
        const operation = model.operations[name]
        if (operation === undefined) return
        const [path = '', query = ''] = address.split('?')
        const head: RequestHead = {
          method: operation.http.method,
          path,
          query,
          headers: { ...extra, 'x-amz-target': `${model.targetPrefix ?? 'CloudTrail_20131101'}.${name}` },
        }
        survives(() => handle(routeOperation(model, head, body), body))
        survives(() => handle({ model, operation, head, labels: {}, parameters: [] }, body))
      }),
      { numRuns },
    )
  })
})

describe('bombs', () => {
  it('refuses JSON nested deeper than any model', async () => {
    const model = await loadModel('cloudtrail')
    const head = { method: 'POST', path: '/', query: '', headers: { 'x-amz-target': 'CloudTrail_20131101.AddTags' } }
    const body = encoder.encode(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)
    expect(() => handle(routeOperation(model, head), body)).toThrow(/nested deeper than 100 levels/)
  })

  it.each([
    ['depth', '<a>'.repeat(100_000)],
    ['elements', `<a>${'<b/>'.repeat(200_000)}</a>`],
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['entities of its own', '<a>&b;</a>'],
    ['a surrogate', '<a>&#xD800;</a>'],
    ['a character beyond Unicode', '<a>&#x110000;</a>'],
    ['two roots', '<a/><b/>'],
    ['no root', '  '],
    ['an open element', '<a>'],
    ['crossed elements', '<a><b></a></b>'],
    ['an attribute twice', '<a x="1" x="2"/>'],
    ['an attribute that never ends', `<a x="${'y'.repeat(100_000)}`],
    ['another encoding', new Uint8Array([0xff, 0xfe, 0x3c, 0x00])],
    ['text outside', 'x<a/>'],
    ['an open comment', '<a><!-- '],
  ])('refuses XML with %s', (_, text) => {
    const body = typeof text === 'string' ? encoder.encode(text) : text
    expect(() => readXmlDocument(body)).toThrow(ProtocolError)
  })

  it('refuses forms with too many parameters, too many steps, or one twice', async () => {
    const model = await loadModel('iam')
    const head = { method: 'POST', path: '/', query: '', headers: {} }
    for (const text of ['a=&'.repeat(20_000), `${'a.'.repeat(1000)}=1`, 'UserName=a&UserName=b']) {
      const body = encoder.encode(`Action=GetUser&${text}`)
      expect(() => handle(routeOperation(model, head, body), body)).toThrow(ProtocolError)
    }
  })

  it('takes names of the prototype for what they are: names', async () => {
    const model = await loadModel('cloudtrail')
    const head = {
      method: 'POST',
      path: '/',
      query: '',
      headers: { 'x-amz-target': 'CloudTrail_20131101.StartDashboardRefresh' },
    }
    const route = routeOperation(model, head)
    const body = encoder.encode(
      '{"DashboardId":"d","QueryParameterValues":{"__proto__":"x","constructor":"y"},"__proto__":{"a":1}}',
    )
    const input = route && (parseInput(route, body) as { QueryParameterValues: object })
    expect(Object.entries(input?.QueryParameterValues ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype)
  })
})
