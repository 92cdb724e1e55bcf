import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileSelectors, selectableEvent } from './index.ts'

describe('what selectors look at', () => {
  test('is read from where records have it', () => {
    const record = {
      userIdentity: { arn: 'arn:aws:sts::111122223333:assumed-role/scanner/s' },
      eventSource: 's3.amazonaws.com',
      eventName: 'ListObjects',
      eventType: 'AwsApiCall',
      eventCategory: 'Data',
      managementEvent: false,
      readOnly: true,
      errorCode: 'AccessDenied',
      vpcEndpointId: 'vpce-1',
      sessionCredentialFromConsole: 'true',
      resources: [
        { type: 'AWS::S3::Object', ARNPrefix: 'arn:aws:s3:::audit/' },
        { type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::audit', accountId: '111122223333' },
      ],
    }
    const { userIdentity, resources: _, ...plain } = record
    expect(selectableEvent(record)).toEqual({
      ...plain,
      userIdentityArn: userIdentity.arn,
      resources: [
        { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::audit/' },
        { type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::audit' },
      ],
    })
  })

  test('flags that some tool wrote as text are flags', () => {
    expect(selectableEvent({ readOnly: 'false', managementEvent: 'true' })).toMatchObject({
      readOnly: false,
      managementEvent: true,
    })
  })

  test('any JSON object can be held against selectors', () => {
    const all = { clauses: [{ field: 'eventCategory', equals: ['Management', 'Data'] }] } as const
    const arns = {
      clauses: [
        { field: 'eventCategory', equals: ['Management'] },
        { field: 'resources.ARN', startsWith: ['arn:'] },
        { field: 'userIdentity.arn', notEquals: ['x'] },
      ],
    } as const
    const matcher = compileSelectors([{ id: 1, selectors: [all, arns] }])
    const odd = fc.dictionary(
      fc.constantFrom('resources', 'userIdentity', 'readOnly', 'eventCategory', 'managementEvent', 'eventName'),
      fc.jsonValue(),
    )
    fc.assert(
      fc.property(odd, (record) => {
        expect(matcher.match(selectableEvent(record)).length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 1000 },
    )
  })
})
