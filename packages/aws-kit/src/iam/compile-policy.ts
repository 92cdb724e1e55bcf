import { type ArnMatcher, type ArnParts, compileArn } from './arn-pattern.ts'
import { compileCondition, compileTemplate } from './compile-condition.ts'
import { compileGlob } from './glob.ts'
import { parsePattern } from './pattern.ts'
import type { PatternSet, PolicyDocument, Statement } from './policy-document.ts'
import { compilePrincipals, type Naming, type PrincipalMatcher } from './principal-match.ts'
import type { AccessQuestion, ConditionContext } from './request.ts'

/** A statement ready to be asked. `index` is its place in the document. */
export interface CompiledStatement {
  readonly index: number
  readonly statement: Statement
  /**
   * How the statement means the one who asks, or `none` when anything of it does not fit. The action is not asked
   * again.
   */
  naming(question: AccessQuestion, resource: ArnParts | undefined): Naming
}

/** The statements of a policy that speak of one action. */
export interface ActionStatements {
  readonly deny: readonly CompiledStatement[]
  readonly allow: readonly CompiledStatement[]
}

export interface CompiledPolicy {
  readonly document: PolicyDocument
  /** `action` in lower case. */
  statementsFor(action: string): ActionStatements
}

/** There are some thousand actions in use at most; whoever asks for more finds the memory started anew. */
const rememberedActionsMax = 2048

/** Compiles a policy. What a statement says of an action is decided once per action, not once per question. */
export function compilePolicy(document: PolicyDocument): CompiledPolicy {
  const statements = document.statements.map((statement, index) => ({
    compiled: compileStatement(statement, index, document.version),
    matchesAction: compileActions(statement.actions),
  }))
  const remembered = new Map<string, ActionStatements>()
  return {
    document,
    statementsFor(action) {
      const known = remembered.get(action)
      if (known !== undefined) return known
      const matching = statements.filter(({ matchesAction }) => matchesAction(action)).map(({ compiled }) => compiled)
      const of = (effect: Statement['effect']) => matching.filter(({ statement }) => statement.effect === effect)
      const found = { deny: of('Deny'), allow: of('Allow') }
      if (remembered.size >= rememberedActionsMax) remembered.clear()
      remembered.set(action, found)
      return found
    },
  }
}

function compileActions(set: PatternSet): (action: string) => boolean {
  const globs = set.patterns.map((pattern) => compileWildcards(pattern.toLowerCase()))
  return (action) => globs.some((glob) => glob(action)) !== set.isNegated
}

/** Which texts a pattern of `*` and `?` means. */
export function compileWildcards(pattern: string): (text: string) => boolean {
  return compileGlob(parsePattern(pattern, { wildcards: true, variables: false }))
}

const everyone: PrincipalMatcher = () => 'direct'

function compileStatement(statement: Statement, index: number, version: PolicyDocument['version']): CompiledStatement {
  const namingOf = statement.principals === undefined ? everyone : compilePrincipals(statement.principals)
  const matchesResource = statement.resources === undefined ? undefined : compileResources(statement.resources, version)
  const conditions = statement.conditions.map((condition) => compileCondition(condition, version))
  return {
    index,
    statement,
    naming(question, parts) {
      if (matchesResource !== undefined && !matchesResource(question.resource, parts, question.context)) return 'none'
      const naming = namingOf(question)
      if (naming === 'none') return 'none'
      for (const condition of conditions) if (!condition(question.context)) return 'none'
      return naming
    },
  }
}

type ResourceMatcher = (resource: string, parts: ArnParts | undefined, context: ConditionContext) => boolean

function compileResources(set: PatternSet, version: PolicyDocument['version']): ResourceMatcher {
  const syntax = { wildcards: true, variables: version === '2012-10-17' }
  const patterns = set.patterns.map((pattern) => compileTemplate<ArnMatcher>(parsePattern(pattern, syntax), compileArn))
  return (resource, parts, context) => {
    for (const pattern of patterns) if (pattern(context)?.(resource, parts) === true) return !set.isNegated
    return set.isNegated
  }
}
