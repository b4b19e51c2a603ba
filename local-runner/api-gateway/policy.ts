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

/** Whether a pattern with `*` (anything) and `?` (one character) is this text; in time of their lengths' product. */
function matches(pattern: string, text: string): boolean {
  const [wanted, given] = [[...pattern], [...text]]
  let at = 0
  /** The last `*`, and where what follows it may begin: one character later each time that it does not fit. */
  let star: { readonly at: number; from: number } | undefined
  for (let index = 0; index < given.length;) {
    if (wanted[at] === '*') star = { at: at++, from: index }
    else if (wanted[at] === '?' || wanted[at] === given[index]) {
      at += 1
      index += 1
    } else if (star === undefined) return false
    else {
      at = star.at + 1
      index = star.from += 1
    }
  }
  return wanted.slice(at).every((char) => char === '*')
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
