import { stringify } from 'yaml'
import type { PolicyDocument } from './least-policy.ts'

export const policyFormats = ['json', 'yaml', 'terraform'] as const
export type PolicyFormat = (typeof policyFormats)[number]

/** By the end of a file's name; JSON when it says nothing. */
export function formatOfFile(path: string): PolicyFormat {
  if (/\.ya?ml$/i.test(path)) return 'yaml'
  return /\.tf$/i.test(path) ? 'terraform' : 'json'
}

export function policyText(policy: PolicyDocument, format: PolicyFormat): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(policy, undefined, 2)}\n`
    case 'yaml':
      // All quoted: readers of YAML 1.1, most of those in Python, take a bare 2012-10-17 for a date and no bare tabs.
      return stringify(policy, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 })
    case 'terraform':
      return terraform(policy)
  }
}

/** As `terraform fmt` would have it. @source Terraform AWS provider, data source `aws_iam_policy_document` */
function terraform({ Statement }: PolicyDocument): string {
  const statements = Statement.map(({ Action, Resource }) => {
    // Only what is on lines one after the other is aligned.
    const gap = Action.length === 1 && Resource.length === 1 ? '   ' : ' '
    return `  statement {\n    actions${gap}= ${list(Action)}\n    resources = ${list(Resource)}\n  }\n`
  })
  return `data "aws_iam_policy_document" "recorded" {\n${statements.join('\n')}}\n`
}

function list(values: readonly string[]): string {
  if (values.length === 1) return `[${quoted(values[0] ?? '')}]`
  return `[\n${values.map((value) => `      ${quoted(value)},\n`).join('')}    ]`
}

/** `$` and `%` before a brace begin a template in Terraform. */
function quoted(value: string): string {
  return JSON.stringify(value).replace(/([$%])\{/g, '$1$1{')
}
