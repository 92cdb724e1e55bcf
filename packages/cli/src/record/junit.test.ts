import { expect, test } from 'vitest'
import { annotation, type JudgedCase, junitXml } from './junit.ts'

const cases: readonly JudgedCase[] = [
  { suite: 'expectations', name: 's3:*>=1' },
  { suite: 'contract', name: 'a "<b>" & c', failure: ['- s3:PutObject', '\u001b[31m]]>'] },
]

test('it counts, names and escapes, and leaves out what XML cannot hold', () => {
  expect(junitXml(cases)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="cairn record" tests="2" failures="1" errors="0">
  <testsuite name="expectations" tests="1" failures="0" errors="0" skipped="0">
    <testcase classname="cairn.record.expectations" name="s3:*&gt;=1"/>
  </testsuite>
  <testsuite name="contract" tests="1" failures="1" errors="0" skipped="0">
    <testcase classname="cairn.record.contract" name="a &quot;&lt;b&gt;&quot; &amp; c">
      <failure message="- s3:PutObject">- s3:PutObject
[31m]]&gt;</failure>
    </testcase>
  </testsuite>
</testsuites>
`)
})

test('an annotation is one line, whatever its text', () => {
  expect(annotation({ suite: 'contract', name: 'a::b,c\nd', failure: ['50% ', '::warning::x'] })).toBe(
    '::error title=contract%3A a%3A%3Ab%2Cc d::50%25 %0A::warning::x',
  )
})
