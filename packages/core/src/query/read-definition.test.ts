import { describe, expect, it } from 'vitest'
import { readStatement } from './index.ts'

const read = (text: string) => readStatement(text, { dialect: 'athena', tables: () => undefined })

describe("Athena's statements that are no queries", () => {
  it.each([
    ['CREATE DATABASE Logs', { kind: 'create-database', name: 'logs', isIfNotExists: false }],
    ["create schema if not exists `a` COMMENT 'x';", { kind: 'create-database', name: 'a', isIfNotExists: true }],
    ['DROP TABLE a.`B`', { kind: 'drop-table', name: 'b', database: 'a', isIfExists: false }],
    ['drop table if exists "b";', { kind: 'drop-table', name: 'b', isIfExists: true }],
    ['MSCK REPAIR TABLE a.b', { kind: 'add-partitions', name: 'b', database: 'a', locations: [] }],
    [
      `ALTER TABLE logs ADD IF NOT EXISTS
        PARTITION (region='us-east-1', year='2019') LOCATION 's3://b/one/'
        PARTITION (region='eu-west-1', year='2019') LOCATION 's3://b/two/'`,
      { kind: 'add-partitions', name: 'logs', locations: ['s3://b/one/', 's3://b/two/'] },
    ],
  ])('%s', (text, meant) => {
    expect(read(text)).toEqual(meant)
  })

  it.each([
    'CREATE DATABASE a LOCATION',
    'DROP DATABASE a',
    'DROP VIEW a',
    'DROP TABLE a, b',
    'DROP TABLE a; DROP TABLE b',
    'ALTER TABLE a ADD COLUMNS (x string)',
    'ALTER TABLE a DROP PARTITION (x = 1)',
    "ALTER TABLE a ADD PARTITION (x = 1) LOCATION 's3://b/' x",
  ])('and no others: %s', (text) => {
    expect(read(text)).toMatchObject({ kind: 'refused', isSyntax: true })
  })
})
