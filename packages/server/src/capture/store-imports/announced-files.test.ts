import { expect, it } from 'vitest'
import { announcedFiles } from './announced-files.ts'

const file = { bucket: 'logs', key: 'AWSLogs/a b+ü.json.gz' }

const record = (eventName: string, key = 'AWSLogs/a+b%2B%C3%BC.json.gz') => ({
  eventSource: 'aws:s3',
  eventName,
  s3: { bucket: { name: 'logs' }, object: { key } },
})
const notification = { Records: [record('ObjectCreated:Put'), record('ObjectRemoved:Delete')] }
const ofTrail = { s3Bucket: 'logs', s3ObjectKey: [file.key, 'second'] }
const ofEventBridge = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: 'logs' }, object: { key: file.key } },
}
const bySns = (message: unknown) => ({ Type: 'Notification', TopicArn: 'arn', Message: JSON.stringify(message) })

it.each([
  { is: 'a notification of S3, whose keys are form-encoded', message: notification, names: [file] },
  { is: 'one that SNS wrapped', message: bySns(notification), names: [file] },
  { is: 'one of a trail', message: bySns(ofTrail), names: [file, { bucket: 'logs', key: 'second' }] },
  { is: 'an event of EventBridge', message: ofEventBridge, names: [file] },
  { is: 'a deletion there', message: { ...ofEventBridge, 'detail-type': 'Object Deleted' }, names: [] },
  { is: 'the test of S3', message: { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'logs' }, names: [] },
])('$is tells of its files', ({ message, names }) => {
  expect(announcedFiles(JSON.stringify(message))).toEqual(names)
})

it.each([
  'hello',
  '[]',
  'null',
  '{}',
  '{"Records":[{"eventName":"ObjectCreated:Put"}]}',
  JSON.stringify({ Records: [record('ObjectCreated:Put', 'broken%')] }),
  '{"Type":"Notification","Message":"hello"}',
  JSON.stringify(bySns(bySns(notification))),
  '{"source":"aws.s3","detail-type":"Object Created"}',
])('what says nothing of files is not understood: %s', (body) => {
  expect(announcedFiles(body)).toBeUndefined()
})
