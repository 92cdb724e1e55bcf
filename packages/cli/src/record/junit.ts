/** One thing that was judged. */
export interface JudgedCase {
  /** `expectations`, `contract`, or the test it belongs to. */
  readonly suite: string
  readonly name: string
  /** Why it failed, a line each; absent when it did not. */
  readonly failure?: readonly string[]
}

/** JUnit's XML, as CI systems read it. */
export function junitXml(cases: readonly JudgedCase[]): string {
  const suites = Map.groupBy(cases, ({ suite }) => suite)
  const failures = (list: readonly JudgedCase[]) => list.filter(({ failure }) => failure !== undefined).length
  const body = [...suites].map(
    ([suite, list]) =>
      `  <testsuite name="${xml(suite)}" tests="${list.length}" failures="${failures(list)}" errors="0" skipped="0">\n${list.map(testCase).join('')}  </testsuite>\n`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="cairn record" tests="${cases.length}" failures="${failures(cases)}" errors="0">\n${body.join('')}</testsuites>\n`
}

function testCase({ suite, name, failure }: JudgedCase): string {
  const head = `    <testcase classname="cairn.record.${xml(suite)}" name="${xml(name)}"`
  if (failure === undefined) return `${head}/>\n`
  const [first = ''] = failure
  return `${head}>\n      <failure message="${xml(first)}">${xml(failure.join('\n'))}</failure>\n    </testcase>\n`
}

/** Characters that XML does not have, control codes but tab and line ends, are left out: no escape makes them legal. */
function xml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  )
}

/** What GitHub shows beside a change; other systems show it as a line of the log. */
export function annotation({ suite, name, failure = [] }: JudgedCase): string {
  const message = failure.join('\n').replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const title = `${suite}: ${name}`
    .replaceAll('%', '%25')
    .replace(/[\r\n]/g, ' ')
    .replaceAll(':', '%3A')
    .replaceAll(',', '%2C')
  return `::error title=${title}::${message}`
}
