import * as z from 'zod'

const oneOrMany = z
  .union([z.string().max(1600), z.array(z.string().max(1600))])
  .transform((value): readonly string[] => [value].flat())

/** Strict: what is not looked at, such as a condition, must not be taken for a permission. */
const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMany,
  Resource: oneOrMany,
})

/** An IAM policy as an authorizer answers it. */
export const policyDocument = z.object({
  Statement: z.union([z.array(statement), statement.transform((only) => [only])]),
})

export type PolicyDocument = z.output<typeof policyDocument>

/** Whether a pattern with `*` (anything) and `?` (one character) is this text; in linear memory and without backtracking. */
function matches(pattern: string, text: string): boolean {
  let ends = new Set([0])
  for (const char of pattern) {
    const from = Math.min(...ends)
    if (ends.size === 0) return false
    if (char === '*')
      ends = new Set(Array.from({ length: text.length - from + 1 }, (_, index) => from + index))
    else
      ends = new Set(
        [...ends].filter((at) => at < text.length && (char === '?' || text[at] === char)).map((at) => at + 1),
      )
  }
  return ends.has(text.length)
}

const ACTION = 'execute-api:invoke'

/** Whether a policy allows to call a route: an allowing statement matches, and no denying one does. */
export function allows({ Statement }: PolicyDocument, routeArn: string): boolean {
  const effects = Statement.filter(
    ({ Action, Resource }) =>
      Action.some((action) => matches(action.toLowerCase(), ACTION)) &&
      Resource.some((resource) => matches(resource, routeArn)),
  ).map(({ Effect }) => Effect)
  return effects.includes('Allow') && !effects.includes('Deny')
}
