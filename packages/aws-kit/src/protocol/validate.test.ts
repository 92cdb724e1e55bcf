import { describe, expect, it } from 'vitest'
import { loadModel, type ServiceName, serviceNames } from '../model/index.ts'
import { ProtocolError, validateInput } from './index.ts'
import { violations } from './violation.ts'

async function refusal(service: ServiceName, operation: string, input: object): Promise<ProtocolError | undefined> {
  const model = await loadModel(service)
  const found = model.operations[operation]
  if (found === undefined) throw new TypeError(`no operation ${operation}`)
  try {
    validateInput(model, found, input)
    return undefined
  } catch (error) {
    if (error instanceof ProtocolError) return error
    throw error
  }
}

describe('validateInput', () => {
  it('lets legal input pass', async () => {
    expect(await refusal('cloudtrail', 'LookupEvents', { MaxResults: 50 })).toBeUndefined()
    expect(await refusal('cloudtrail', 'DescribeTrails', {})).toBeUndefined()
  })

  it('says what is out of range as AWS says it', async () => {
    const error = await refusal('cloudtrail', 'LookupEvents', { MaxResults: 51 })
    expect(error?.code).toBe('ValidationException')
    expect(error?.message).toBe(
      "1 validation error detected: Value '51' at 'maxResults' failed to satisfy constraint: " +
        'Member must have value less than or equal to 50',
    )
  })

  it('says what is missing', async () => {
    const error = await refusal('cloudtrail', 'StartLogging', {})
    expect(error?.message).toBe(
      "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
    )
  })

  it('counts and joins several, and numbers the members of lists', async () => {
    const input = { ResourceId: 'x', TagsList: [{ Key: 'a' }, { Key: '', Value: 'b'.repeat(257) }] }
    expect((await refusal('cloudtrail', 'AddTags', input))?.message).toBe(
      "2 validation errors detected: Value '' at 'tagsList.2.member.key' failed to satisfy constraint: Member must have " +
        `length greater than or equal to 1; Value '${'b'.repeat(257)}' at 'tagsList.2.member.value' failed to satisfy ` +
        'constraint: Member must have length less than or equal to 256',
    )
  })

  it('says what every member of a list of plain values must be', async () => {
    const error = await refusal('iam', 'UntagRole', { RoleName: 'r', TagKeys: ['ok', ''] })
    expect(error?.code).toBe('ValidationError')
    expect(error?.message).toMatch(
      /^1 validation error detected: Value '\[ok, \]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: \[Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: /,
    )
  })

  it('does not repeat secrets', async () => {
    const error = await refusal('iam', 'CreateLoginProfile', { UserName: 'u', Password: '' })
    expect(error?.message).toContain("Value at 'password' failed to satisfy constraint")
  })

  it('never repeats more than a part of a huge value', async () => {
    const error = await refusal('cloudtrail', 'GetQueryResults', { QueryId: 'q'.repeat(1_000_000) })
    expect(error?.message.length).toBeLessThan(2000)
  })

  it('counts characters, not UTF-16 units', async () => {
    const tag = (Value: string) => ({ ResourceId: 'x', TagsList: [{ Key: 'k', Value }] })
    expect(await refusal('cloudtrail', 'AddTags', tag('🪨'.repeat(256)))).toBeUndefined()
    expect(await refusal('cloudtrail', 'AddTags', tag('🪨'.repeat(257)))).toBeDefined()
  })

  it('answers in S3 words: the schema for the body, the argument for the rest', async () => {
    expect((await refusal('s3', 'DeleteObjects', { Bucket: 'b', Delete: {} }))?.code).toBe('MalformedXML')
    expect((await refusal('s3', 'PutBucketAcl', { Bucket: 'b', ACL: 'everyone' }))?.code).toBe('InvalidArgument')
  })

  it('stops listing after twenty', async () => {
    const TagsList = Array.from({ length: 200 }, () => ({ Key: '' }))
    const error = await refusal('cloudtrail', 'AddTags', { ResourceId: 'x', TagsList })
    expect(error?.message).toMatch(/^20 validation errors detected: /)
  })
})

describe('the patterns of the models', () => {
  it.each(serviceNames)('%s: all compile, and end on hostile text (an exponential one would not)', async (service) => {
    const model = await loadModel(service)
    const hostile = ['a', 'A1', '-', '.', 'arn:aws:', '/', ' ', '@', '{"a":'].map(
      (part) => `${part.repeat(20_000)}\u0000`,
    )
    const patterned = Object.values(model.shapes).filter(
      (shape) => shape.type === 'string' && shape.pattern !== undefined,
    )
    for (const shape of patterned) {
      for (const text of hostile) violations(shape, text.slice(0, 'max' in shape ? shape.max : undefined))
      expect(violations(shape, '\u0000'.repeat(200_000)).join()).not.toBe('')
    }
  })
})
