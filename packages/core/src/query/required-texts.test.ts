import { describe, expect, it } from 'vitest'
import { requiredTexts } from './required-texts.ts'

const where = (condition: string) => requiredTexts(`SELECT eventName FROM logs WHERE ${condition}`)

describe('a record has to hold', () => {
  it.each([
    [`userIdentity.userName = 'alice'`, [['alice']]],
    [`'alice' = useridentity.sessioncontext.sessionissuer.username`, [['alice']]],
    [`eventName = 'RunInstances' AND eventTime > '2023-07-10'`, [['RunInstances']]],
    [`eventName IN ('StopLogging', 'DeleteTrail')`, [['StopLogging', 'DeleteTrail']]],
    [`eventName = 'StopLogging' OR errorCode = 'AccessDenied'`, [['StopLogging', 'AccessDenied']]],
    [`element_at(requestParameters, 'bucketName') = 'logs'`, [['logs']]],
    [`requestParameters['bucketName'] = 'logs'`, [['logs']]],
    [`json_extract_scalar(requestparameters, '$.bucketName') = 'logs'`, [['logs']]],
    [`element_at(resources, 1).arn = 'arn:aws:s3:::x'`, [['arn:aws:s3:::x']]],
    [`eventSource LIKE '%amazon%aws.com'`, [['amazon'], ['aws.com']]],
  ])('what %s compares with', (condition, texts) => {
    expect(where(condition)).toEqual(texts.map((anyOf) => ({ anyOf })))
  })
})

describe('a record has to hold nothing', () => {
  it.each([
    [`eventName <> 'RunInstances'`],
    [`NOT eventName = 'RunInstances'`],
    [`eventName = 'RunInstances' OR eventTime > '2023-07-10'`],
    [`lower(eventName) = 'runinstances'`],
    [`eventTime = '2023-07-10 12:00:00'`],
    [`readOnly = 'true'`],
    [`element_at(requestParameters, 'n') = '123'`],
    [`json_extract_scalar(requestparameters, '$.n') = '1.5'`],
    [`element_at(requestParameters, 'o') = '{"a":1}'`],
    [`element_at(requestParameters, 'o') LIKE '%"a":1%'`],
    [`userIdentity.sessionContext.attributes.creationDate = '2023-07-10 12:00:00.000'`],
    [`eventName = 'a'`],
    [`userAgent = 'say "x"'`],
    [`eventName = 'RunInstances' AND eventID IN (SELECT eventID FROM logs)`],
    [`any_match(resources, r -> r.arn = 'arn:aws:s3:::x')`],
  ])('for %s', (condition) => {
    expect(where(condition)).toEqual([])
  })

  it.each([
    [`SELECT eventName, (SELECT count(*) FROM logs) FROM logs WHERE eventName = 'RunInstances'`],
    [`SELECT 1 FROM logs a JOIN logs b ON a.eventID = b.eventID WHERE a.eventName = 'RunInstances'`],
    [`SELECT 1 FROM logs CROSS JOIN UNNEST(ARRAY['x']) AS u (eventName) WHERE eventName = 'RunInstances'`],
    [`SELECT 1 FROM logs AS t (eventName) WHERE eventName = 'RunInstances'`],
    [`WITH t AS (SELECT * FROM logs) SELECT 1 FROM t WHERE eventName = 'RunInstances'`],
    [`SELECT 1 FROM logs WHERE eventName = 'RunInstances' UNION SELECT 2 FROM logs`],
    ['not a statement'],
  ])('for %s', (statement) => {
    expect(requiredTexts(statement)).toEqual([])
  })
})

it('takes texts of an aliased table', () => {
  expect(requiredTexts(`SELECT 1 FROM logs t WHERE t.eventName = 'RunInstances'`)).toEqual([
    { anyOf: ['RunInstances'] },
  ])
})
