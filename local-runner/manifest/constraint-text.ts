import type * as z from 'zod'

type Issue = Parameters<z.core.$ZodErrorMap>[0]

/** AWS's text after "failed to satisfy constraint: Member must". */
function constraintOf(issue: Issue): string | undefined {
  if (issue.code === 'too_small')
    return `have ${quantityOf(issue.origin)} greater than or equal to ${issue.minimum}`
  if (issue.code === 'too_big')
    return `have ${quantityOf(issue.origin)} less than or equal to ${issue.maximum}`
  if (issue.code === 'invalid_format' && issue.pattern !== undefined) {
    return `satisfy regular expression pattern: ${issue.pattern.slice(1, -1)}`
  }
  if (issue.code !== 'invalid_value' && issue.code !== 'invalid_type') return undefined
  if (issue.input === undefined || issue.input === null) return 'not be null'
  return issue.code === 'invalid_value' ? `satisfy enum value set: [${issue.values.join(', ')}]` : undefined
}

const quantityOf = (origin: string) => (origin === 'string' || origin === 'array' ? 'length' : 'value')

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'null'
  if (Array.isArray(value)) return `'[${value.join(', ')}]'`
  return `'${typeof value === 'string' ? value : JSON.stringify(value)}'`
}

/** Such as `filters.1.member.pattern`: AWS counts a list's members from 1. */
const nameOf = (path: readonly PropertyKey[]) =>
  path.map((key) => (typeof key === 'number' ? `${key + 1}.member` : String(key))).join('.')

/**
 * AWS's message for a parameter that violates the model of its API, for zod's `error` option; undefined when AWS has no
 * message for it.
 */
export function constraintText(issue: Issue): string | undefined {
  const { path = [] } = issue
  const constraint = constraintOf(issue)
  if (constraint === undefined) return undefined
  const trigger = path.indexOf('kafka')
  const name = nameOf(trigger === -1 ? path : path.slice(trigger + 2))
  return `Value ${shown(issue.input)} at '${name}' failed to satisfy constraint: Member must ${constraint}`
}
