import { expect, test } from 'vitest'
import { idleNames } from './idle-rules.ts'

test('names that no call has are found, with what may be meant', () => {
  const rules = [
    { level: 'none', services: ['s3'], operations: ['HeadObject', 'Get*'] },
    { level: 'metadata', services: ['secretmanager', 'kms'] },
    { level: 'none', operations: ['s3:GetObjcet', 'NoSuchThing*'] },
  ] as const
  expect(idleNames(rules, [])).toEqual([
    { rule: 2, name: 'secretmanager', near: ['secretsmanager'] },
    { rule: 3, name: 's3:GetObjcet', near: ['s3:GetObject', 's3:PutObject'] },
    { rule: 3, name: 'NoSuchThing*', near: [] },
  ])
})

test("what signatures and records say is a name to rules, and so is what an upstream's service is called", () => {
  const rules = [
    {
      level: 'metadata',
      services: ['monitoring', 'billd'],
      operations: ['CreateFunction20150331', 'UnknownOperation'],
    },
    { level: 'none', services: ['s3'], principals: ['nobody'] },
  ] as const
  expect(idleNames(rules, ['billd'])).toEqual([])
})
